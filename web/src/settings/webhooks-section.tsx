import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { type Delivery, deliveriesQuery, webhookSecret } from '../api/webhooks.ts';
import { Button } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { toast } from '../parts/toast.tsx';
import css from './settings.module.css';

const words: Readonly<Record<Delivery['state'], string>> = {
  pending: 'to be sent',
  delivered: 'delivered',
  failed: 'given up',
};

/** How webhooks were called lately, and what their calls are signed with. */
export function WebhooksSection() {
  const { data: deliveries = [], error, isSuccess } = useQuery(deliveriesQuery);
  const isAdmin = useMay('admin');
  return (
    <section className={css.section}>
      <h2>Webhooks</h2>
      <p className={css.note}>
        A request with <code>webhook_url</code> has that address called when it starts, makes something, and
        ends.
      </p>
      {error !== null && <Problem problem={toProblem(error)} />}
      {isSuccess && deliveries.length === 0 && <p className={css.note}>None was called yet.</p>}
      {deliveries.length > 0 && (
        <div className={css.scroll}>
          <table className={css.keys}>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Event</th>
                <th scope="col">Address</th>
                <th scope="col">Answer</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.map((delivery) => (
                <Row key={delivery.id} delivery={delivery} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isAdmin && <Secret />}
    </section>
  );
}

function Row({ delivery }: { delivery: Delivery }) {
  const { request_id: request, event, webhook_url: url, state, attempts, error } = delivery;
  const tries = attempts > 1 ? `, ${attempts} tries` : '';
  return (
    <tr>
      <td>{new Date(delivery.created_at).toLocaleString()}</td>
      <td title={request}>{event}</td>
      <td className={css.address}>{url}</td>
      <td data-bad={state === 'failed' || undefined}>
        {delivery.response_status ?? ''} {words[state]}
        {tries}
        {error !== null && <span className={css.reason}>{error}</span>}
      </td>
    </tr>
  );
}

function Secret() {
  const [secret, setSecret] = useState<string | null>(null);
  const show = () =>
    webhookSecret().then(setSecret, (error: unknown) => toast(toProblem(error).message, { look: 'bad' }));
  return secret === null ? (
    <div>
      <Button onPress={() => void show()}>Show the secret that calls are signed with</Button>
    </div>
  ) : (
    <code className={css.key}>{secret}</code>
  );
}
