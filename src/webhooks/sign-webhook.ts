/** Signatures as https://www.standardwebhooks.com describes them, so that its libraries verify ours. */
import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/**
 * The secret to share with receivers: the setting as it is, or one derived from the secret of the database, which stays the
 * same as long as that does.
 */
export function webhookSecret(setting: string | undefined, ownSecret: Buffer): string {
  if (setting !== undefined) return setting;
  return `${prefix}${createHmac('sha256', ownSecret).update('webhooks').digest('base64')}`;
}

/** The headers that say which message this is, when it was sent, and that it is ours. */
export function webhookHeaders(
  secret: string,
  message: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const key = Buffer.from(secret.replace(prefix, ''), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
