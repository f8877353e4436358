/* Seals a ballot as cases/ballot_box/envelope.py does: canonical JSON, one padded length, HPKE base mode
   (RFC 9180, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM); enc(32) || ciphertext || tag(16). */
import { AEAD_AES_128_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "./vendor/hpke-1.1.7.js";

const OVERHEAD = 48, LENGTH = 4;

/** JSON with sorted keys and no spaces, as the count demands it. Objects, strings and whole numbers. */
export function canonical(value) {
  if (typeof value !== "object") { return JSON.stringify(value); }
  return "{" + Object.keys(value).sort().map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
}

function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
}

function hex(data) {
  return Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** `size`: bytes of every envelope of this urn. Throws RangeError for a ballot that does not fit. */
export function padded(card, choices, salt, size) {
  const body = new TextEncoder().encode(canonical({ card, choices, salt, v: 1 }));
  const plain = new Uint8Array(size - OVERHEAD);
  if (body.length > plain.length - LENGTH) { throw new RangeError("too long"); }
  new DataView(plain.buffer).setUint32(0, body.length);
  plain.set(body, LENGTH);
  return plain;
}

/** HPKE base mode, single shot: the envelope's bytes. `publicKey`: 64 hex letters. */
export async function sealTo(publicKey, info, plain) {
  const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM);
  const key = await suite.DeserializePublicKey(bytes(publicKey));
  const sealed = await suite.Seal(key, plain, { info: new TextEncoder().encode(info) });
  const box = new Uint8Array(sealed.encapsulatedSecret.length + sealed.ciphertext.length);
  box.set(sealed.encapsulatedSecret);
  box.set(sealed.ciphertext, sealed.encapsulatedSecret.length);
  return box;
}

/** A sealed ballot in base64. `urn`: {publicKey, info, card, size}; `choices`: sheet -> subject -> option. */
export async function seal(urn, choices) {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  const box = await sealTo(urn.publicKey, urn.info, padded(urn.card, choices, salt, Number(urn.size)));
  return btoa(String.fromCharCode(...box));
}
