import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createKey, type Key, keysQuery, revokeKey } from '../api/keys.ts';
import { toProblem } from '../api/problem.ts';
import { sessionQuery, signIn } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Segments } from '../parts/choice-field.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Problem } from '../parts/problem.tsx';
import css from './settings.module.css';

const scopes: readonly { value: Key['scope']; label: string }[] = [
  { value: 'read', label: 'Read' },
  { value: 'write', label: 'Write' },
  { value: 'admin', label: 'Admin' },
];

/** Keys of the server: made, and taken back. A new one is shown once. */
export function KeysSection({ isOpen }: { isOpen: boolean }) {
  const { data: keys = [], error } = useQuery(keysQuery);
  const [made, setMade] = useState<string | null>(null);
  const current = keys.filter(({ revoked_at }) => revoked_at === null);
  return (
    <section className={css.section}>
      <h2>Keys</h2>
      {error !== null && <Problem problem={toProblem(error)} />}
      <NewKey isFirst={isOpen} onMade={setMade} />
      {current.length > 0 && (
        <table className={css.keys}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">May</th>
              <th scope="col">Made</th>
              <th scope="col">
                <span className={css.hidden}>Revoke</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {current.map((key) => (
              <Row key={key.id} row={key} />
            ))}
          </tbody>
        </table>
      )}
      <Dialog
        title="The new key"
        isOpen={made !== null}
        onClose={() => setMade(null)}
        actions={
          <Button look="primary" onPress={() => setMade(null)}>
            I have it
          </Button>
        }
      >
        <p>Copy it now: it is not shown again, and the server keeps only its hash.</p>
        <code className={css.key}>{made}</code>
        <div>
          <Button onPress={() => void navigator.clipboard.writeText(made ?? '')}>Copy</Button>
        </div>
      </Dialog>
    </section>
  );
}

function NewKey({ isFirst, onMade }: { isFirst: boolean; onMade: (key: string) => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Key['scope']>(isFirst ? 'admin' : 'write');
  const make = useMutation({
    mutationFn: async () => {
      const created = await createKey({ name: name.trim(), scope });
      // The first key closes the server, and this page would be outside.
      if (isFirst) queries.setQueryData(sessionQuery.queryKey, await signIn(created.key, false));
      return created.key;
    },
    onSuccess: async (key) => {
      onMade(key);
      setName('');
      await queries.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') make.mutate();
  };
  return (
    <form className={css.newKey} onSubmit={onSubmit}>
      <TextField label="Who or what it is for" value={name} onChange={setName} placeholder="phone app" />
      <Segments label="May" value={scope} options={isFirst ? scopes.slice(2) : scopes} onChange={setScope} />
      <Button type="submit" isDisabled={make.isPending || name.trim() === ''}>
        Make a key
      </Button>
      {make.isError && <Problem problem={toProblem(make.error)} />}
    </form>
  );
}

function Row({ row }: { row: Key }) {
  const queries = useQueryClient();
  const [asks, setAsks] = useState(false);
  const revoke = useMutation({
    mutationFn: () => revokeKey(row.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <tr>
      <td>{row.name}</td>
      <td>{row.scope}</td>
      <td>{new Date(row.created_at).toLocaleDateString()}</td>
      <td>
        {revoke.isError && <Problem problem={toProblem(revoke.error)} />}
        {asks ? (
          <Button look="danger" onPress={() => revoke.mutate()}>
            Revoke for good
          </Button>
        ) : (
          <Button look="quiet" onPress={() => setAsks(true)} aria-label={`Revoke ${row.name}`}>
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}
