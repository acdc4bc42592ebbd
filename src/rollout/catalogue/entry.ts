/** What `kstage explain CODE` tells, and what findings take their names from. */
export interface CatalogueEntry {
  /** One CamelCase word. */
  name: string;
  /** What it means, for somebody who hasn't met it before. */
  meaning: string;
  /** When kstage stops for it. */
  verdict: string;
  /** What to do, the likeliest first; each a sentence without a final period. */
  steps: readonly [string, ...string[]];
}

/** The stable code of a finding. */
export type FindingCode =
  | "K1001"
  | "K1002"
  | "K1003"
  | "K1004"
  | "K1005"
  | "K1006"
  | "K1007"
  | "K1101"
  | "K1102"
  | "K1103"
  | "K1104"
  | "K1105"
  | "K1106"
  | "K1107"
  | "K1201"
  | "K1202"
  | "K1203"
  | "K1204"
  | "K1205"
  | "K1206"
  | "K1301"
  | "K1302"
  | "K1303"
  | "K1304"
  | "K1401"
  | "K1402"
  | "K1403"
  | "K1404"
  | "K1405"
  | "K1406"
  | "K1407"
  | "K1408"
  | "K1409"
  | "K1501"
  | "K1502"
  | "K1601"
  | "K1602"
  | "K1603"
  | "K1604"
  | "K1605"
  | "K1701"
  | "K1702"
  | "K1703"
  | "K1704"
  | "K1705"
  | "K1801";
