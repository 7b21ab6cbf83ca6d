import { DarkroomError } from '../../errors/darkroom-error.ts';
import { requestNamed } from '../../errors/reference.ts';
import { said } from '../../errors/sentence.ts';
import { createOutboundPolicy, type OutboundPolicy } from '../../security/outbound-address.ts';
import { OutboundError } from '../../security/outbound-error.ts';
import { checkOutboundUrl } from '../../security/outbound-url.ts';
import { isLoopbackHost } from '../../security/safe-binding.ts';

/**
 * Refuses, when the request is sent, a URL that would be refused when it is called. A name that leads to an inner address is
 * found out only then, and stands in the list of deliveries. `allow` is OUTBOUND_ALLOW. Throws WEBHOOK_INVALID.
 */
export function createWebhookUrlCheck(allow: readonly string[]): (url: string) => void {
  const policy = createOutboundPolicy(allow);
  return (text) => {
    try {
      const { hostname } = checkOutboundUrl(text, policy, undefined);
      refuseLoopbackName(hostname, policy);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new DarkroomError(
        'WEBHOOK_INVALID',
        said`${requestNamed('webhookUrl')} cannot be called: ${error.message}`,
        {
          details: { field: said`${requestNamed('webhookUrl')}` },
          cause: error,
        },
      );
    }
  };
}

function refuseLoopbackName(host: string, policy: OutboundPolicy): void {
  const isAddress = policy.allowsAddress(host.replace(/^\[|\]$/g, ''));
  if (!isLoopbackHost(host) || policy.allowsHost(host) || isAddress) return;
  throw new OutboundError(
    'refused_address',
    `${host} is this server itself. If it should be called, add it to OUTBOUND_ALLOW.`,
  );
}
