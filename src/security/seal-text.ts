import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Texts that only those can read who have the secret. */
export interface TextSeal {
  /** Hex. `about` says what it belongs to, and is needed to open it: sealed text cannot be moved to another place. */
  seal(text: string, about: string): string;
  /** Null when it was sealed with another secret or for something else, or was changed. */
  open(sealed: string, about: string): string | null;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a key made from the secret by HKDF. Layout: nonce, tag, ciphertext. */
export function createTextSeal(secret: string): TextSeal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'darkroom sealed text', 32));
  return {
    seal: (text, about) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(about));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('hex');
    },
    open: (hex, about) => {
      const bytes = Buffer.from(hex, 'hex');
      if (bytes.length < nonceBytes + tagBytes) return null;
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(about));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
