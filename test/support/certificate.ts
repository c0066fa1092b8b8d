/** Makes throw-away X.509 certificates: for servers on the loopback address, and for people whom the test control plane knows. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";

/** PEM texts of a certificate and its key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Whom a client certificate names, as the API server reads it. */
export interface Subject {
  /** Common name: the username. */
  readonly name: string;
  /** Organisations: the groups. */
  readonly groups: readonly string[];
  readonly uid?: string;
}

const HOUR = 3_600_000;
const ECDSA_WITH_SHA256 = Buffer.from("300a06082a8648ce3d040302", "hex");
const COMMON_NAME = "550403";
const ORGANISATION = "55040a";
/** 1.3.6.1.4.1.57683.2, in which Kubernetes looks for the uid of a user. */
const USER_UID = "2b0601040183c25302";

/** Makes a certificate for 127.0.0.1 that is valid for an hour around now; it is its own CA. */
export function selfSigned(commonName: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = sequence(attribute(COMMON_NAME, commonName));
  return issue({ issuer: subject, subject, publicKey, privateKey, extensions: [isAuthority(), loopbackAddress()] }, privateKey);
}

/** Makes a client certificate that is valid for an hour around now, signed by a CA. */
export function clientCertificate(authority: KeyPair, { name, groups, uid }: Subject): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = sequence(
    attribute(COMMON_NAME, name),
    ...groups.map((group) => attribute(ORGANISATION, group)),
    ...(uid === undefined ? [] : [attribute(USER_UID, uid)]),
  );
  const issuer = subjectOf(new X509Certificate(authority.cert).raw);
  return issue({ issuer, subject, publicKey, privateKey, extensions: [forClients()] }, createPrivateKey(authority.key));
}

interface Content {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function issue({ issuer, subject, publicKey, privateKey, extensions }: Content, signer: KeyObject): KeyPair {
  const body = sequence(
    tag(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    issuer,
    sequence(time(Date.now() - HOUR), time(Date.now() + HOUR)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    tag(0xa3, sequence(...extensions)),
  );
  const signature = tag(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, signer)]));
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

function forClients(): Buffer {
  return sequence(objectId("551d25"), tag(0x04, sequence(objectId("2b06010505070302"))));
}

/** The subject of a certificate, byte for byte: who verifies a certificate compares its issuer with exactly this. */
function subjectOf(certificate: Buffer): Buffer {
  const [body] = elements(contentOf(certificate));
  const [, , , , , subject] = elements(contentOf(body ?? Buffer.alloc(0)));
  if (subject === undefined) throw new Error("not an X.509 v3 certificate");
  return subject;
}

/** The elements that stand one after the other in the content of an ASN.1 element. */
function elements(content: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let rest = content; rest.length > 0; ) {
    const { header, size } = measure(rest);
    found.push(rest.subarray(0, header + size));
    rest = rest.subarray(header + size);
  }
  return found;
}

function contentOf(element: Buffer): Buffer {
  const { header, size } = measure(element);
  return element.subarray(header, header + size);
}

/** Bytes of identifier and length, and of the content that follows them. */
function measure(element: Buffer): { header: number; size: number } {
  const first = element.readUInt8(1);
  if (first < 0x80) return { header: 2, size: first };
  const bytes = first - 0x80;
  return { header: 2 + bytes, size: element.readUIntBE(2, bytes) };
}

/** A relative distinguished name. */
function attribute(objectIdHex: string, value: string): Buffer {
  return tag(0x31, sequence(objectId(objectIdHex), tag(0x0c, Buffer.from(value))));
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
