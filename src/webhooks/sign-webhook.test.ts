import { expect, test } from 'vitest';
import { webhookHeaders, webhookSecret } from './sign-webhook.ts';

test('the example of the Standard Webhooks specification has its signature', () => {
  const headers = webhookHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1_614_265_330_000),
    body: '{"test": 2432232314}',
  });
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('the secret is the setting, or one of the database that does not show the database’s own', () => {
  expect(webhookSecret('whsec_abc', Buffer.alloc(32, 1))).toBe('whsec_abc');
  const drawn = webhookSecret(undefined, Buffer.alloc(32, 1));
  expect(drawn).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(drawn).toBe(webhookSecret(undefined, Buffer.alloc(32, 1)));
  expect(drawn).not.toBe(webhookSecret(undefined, Buffer.alloc(32, 2)));
});
