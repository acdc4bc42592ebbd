/**
 * Timestamps as go.yaml.in/yaml v3.0.4 recognises them (`parseTimestamp` in `resolve.go`, by Go's `time.Parse`) and as
 * Go writes them to JSON.
 */

/** Date, then possibly a time with zone behind `T` or `t`, or a time without zone behind spaces. */
const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)| +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?)?$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A timestamp in RFC 3339; undefined when the text is none. */
export function parseTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = ""] = match;
  const [hour = "0", minute = "0", second = "0", fraction = ""] = match[4] !== undefined
    ? match.slice(4, 8)
    : match.slice(9, 13);
  if (!isDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zone = readZone(match[8] ?? "Z");
  if (zone === undefined) return undefined;
  const digits = fraction.slice(0, 9).replace(/0+$/, "");
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const time = [hour, minute, second].map((part) => part.padStart(2, "0")).join(":");
  return `${date}T${time}${digits === "" ? "" : "." + digits}${zone}`;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && isLeap ? 29 : DAYS[month - 1]!);
}

/** A zone offset as Go writes it: zero is `Z`, and 60 minutes are an hour. */
function readZone(zone: string): string | undefined {
  if (zone === "Z") return zone;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 24 || minutes > 60) return undefined;
  const total = hours * 60 + minutes;
  if (total === 0) return "Z";
  const two = (n: number) => String(n).padStart(2, "0");
  return `${zone[0]}${two(Math.floor(total / 60))}:${two(total % 60)}`;
}

/** Whether Go's JSON encoder refuses the zone of a timestamp. */
export function hasUnwritableZone(timestamp: string): boolean {
  return /[+-](2[4-9]|[3-9]\d):\d\d$/.test(timestamp);
}
