import { deepEqual } from "../../assert.ts";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  octetString,
  oid,
  sequence,
  set,
  time,
  unsignedInteger,
  utf8String,
} from "../../../src/sandbox/serve/der.ts";

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("values are encoded as X.690 says", () => {
  deepEqual(
    {
      integer: hex(unsignedInteger(Uint8Array.of(0, 0, 0x7f))),
      highInteger: hex(unsignedInteger(Uint8Array.of(0x80))),
      zero: hex(unsignedInteger(Uint8Array.of(0))),
      true: hex(boolean(true)),
      octets: hex(octetString(Uint8Array.of(1, 2))),
      bits: hex(bitString(Uint8Array.of(0b1010_0000), 5)),
      text: hex(utf8String("é")),
      oid: hex(oid("1.2.840.113549")),
      commonName: hex(oid("2.5.4.3")),
      sequence: hex(sequence(boolean(false), set())),
      explicit: hex(explicit(3, boolean(true))),
      implicit: hex(implicit(2, Uint8Array.of(0x61))),
    },
    {
      integer: "02017f",
      highInteger: "02020080",
      zero: "020100",
      true: "0101ff",
      octets: "04020102",
      bits: "030205a0",
      text: "0c02c3a9",
      oid: "06062a864886f70d",
      commonName: "0603550403",
      sequence: "30050101003100",
      explicit: "a3030101ff",
      implicit: "820161",
    },
  );
});

Deno.test("long values have their length in bytes of its own", () => {
  deepEqual(hex(octetString(new Uint8Array(127)).subarray(0, 3)), "047f00");
  deepEqual(hex(octetString(new Uint8Array(128)).subarray(0, 4)), "04818000");
  deepEqual(hex(octetString(new Uint8Array(65_536)).subarray(0, 6)), "048301000000".slice(0, 12));
});

Deno.test("times of this half of the century have two digits for their year, later ones four", () => {
  const text = (value: Uint8Array): string => new TextDecoder().decode(value.subarray(2));
  deepEqual(text(time(Date.UTC(2026, 0, 2, 3, 4, 5))), "260102030405Z");
  deepEqual(text(time(Date.UTC(2050, 0, 1))), "20500101000000Z");
  deepEqual([time(0)[0], time(Date.UTC(2050, 0, 1))[0]], [0x17, 0x18]);
});
