import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toProblem } from '../api/problem.ts';
import { sessionQuery, signIn } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { SwitchField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/field.tsx';
import { Problem } from '../parts/problem.tsx';
import { Mark } from './rail.tsx';
import css from './shell.module.css';

/** A key goes in and a cookie comes out. The page keeps the key nowhere. */
export function SignIn() {
  const [key, setKey] = useState('');
  const [remember, setRemember] = useState(false);
  const queries = useQueryClient();
  const enter = useMutation({
    mutationFn: () => signIn(key, remember),
    onSuccess: (session) => {
      setKey('');
      queries.setQueryData(sessionQuery.queryKey, session);
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') enter.mutate();
  };
  return (
    <main className={css.blank}>
      <form className={css.signIn} onSubmit={onSubmit}>
        <h1>
          <Mark />
          Darkroom
        </h1>
        <p>
          This server asks for a key. Who runs it makes one with “darkroom keys create”, or here in Settings.
        </p>
        <TextField
          label="Key"
          type="password"
          autoComplete="current-password"
          value={key}
          onChange={setKey}
        />
        <SwitchField label="Stay signed in for 30 days" value={remember} onChange={setRemember} />
        {enter.isError && <Problem problem={toProblem(enter.error)} />}
        <Button type="submit" look="primary" large isDisabled={enter.isPending || key.trim() === ''}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
