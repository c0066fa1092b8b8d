/** Owns throw-away X.509 certificates for servers on the loopback address. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** PEM texts; the certificate is self-signed, so it is its own CA. */
export interface SelfSigned {
  readonly cert: string;
  readonly key: string;
}

const HOUR = 3_600_000;
const ECDSA_WITH_SHA256 = Buffer.from("300a06082a8648ce3d040302", "hex");

/** Makes a certificate for 127.0.0.1 that is valid for an hour around now. */
export function selfSigned(commonName: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(tag(0x31, sequence(objectId("550403"), tag(0x0c, Buffer.from(commonName)))));
  const body = sequence(
    tag(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(Date.now() - HOUR), time(Date.now() + HOUR)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tag(0xa3, sequence(isAuthority(), loopbackAddress())),
  );
  const signature = tag(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]));
  const der = sequence(body, ECDSA_WITH_SHA256, signature);
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function isAuthority(): Buffer {
  const yes = Buffer.from("0101ff", "hex");
  return sequence(objectId("551d13"), yes, tag(0x04, sequence(yes)));
}

function loopbackAddress(): Buffer {
  const address = tag(0x87, Buffer.from([127, 0, 0, 1]));
  return sequence(objectId("551d11"), tag(0x04, sequence(address)));
}

/** Bytes of an ASN.1 element in DER (X.690). */
function tag(identifier: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([identifier, ...length]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

function integer(value: Buffer): Buffer {
  return tag(0x02, value);
}

function objectId(hex: string): Buffer {
  return tag(0x06, Buffer.from(hex, "hex"));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tag(0x17, Buffer.from(`${digits}Z`));
}
