import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type Session, sessionQuery, signOut, useMay } from '../api/session.ts';
import { type Appearance, setAppearance, useAppearance } from '../appearance/appearance.ts';
import { Button } from '../parts/button.tsx';
import { Segments, SwitchField } from '../parts/choice-field.tsx';
import { FactList, Screen } from '../parts/screen.tsx';
import { openHelp } from '../shell/help-store.ts';
import { KeysSection } from './keys-section.tsx';
import css from './settings.module.css';
import { WebhooksSection } from './webhooks-section.tsx';

/** How the page looks, who is signed in, and the keys of the server. */
export function SettingsScreen() {
  const { data: session } = useQuery(sessionQuery);
  const isAdmin = useMay('admin');
  return (
    <Screen title="Settings">
      <AppearanceSection />
      {session && <SessionSection session={session} />}
      {isAdmin && <KeysSection isOpen={session?.open === true} />}
      {session && <LimitsSection session={session} />}
      <WebhooksSection />
      <section className={css.section}>
        <h2>More</h2>
        <p className={css.note}>
          The API is described at <a href="/docs">/docs</a>; figures for operators are at{' '}
          <a href="/metrics">/metrics</a>.
        </p>
      </section>
    </Screen>
  );
}

const themes: readonly { value: Appearance['theme']; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];
const backdrops: readonly { value: Appearance['backdrop']; label: string }[] = [
  { value: 'page', label: 'Page' },
  { value: 'dark', label: 'Dark' },
  { value: 'grey', label: 'Grey' },
  { value: 'light', label: 'Light' },
  { value: 'checker', label: 'Checker' },
];
const rails: readonly { value: Appearance['rail']; label: string }[] = [
  { value: 'narrow', label: 'Icons' },
  { value: 'wide', label: 'With names' },
];

function AppearanceSection() {
  const { theme, backdrop, rail, singleKeys } = useAppearance();
  return (
    <section className={css.section}>
      <h2>Appearance</h2>
      <div className={css.fields}>
        <Segments
          label="Theme"
          value={theme}
          options={themes}
          onChange={(value) => setAppearance({ theme: value })}
        />
        <Segments
          label="Behind pictures"
          value={backdrop}
          options={backdrops}
          onChange={(value) => setAppearance({ backdrop: value })}
        />
        <Segments
          label="Rail"
          value={rail}
          options={rails}
          onChange={(value) => setAppearance({ rail: value })}
        />
        <SwitchField
          label="Shortcuts of a single key"
          value={singleKeys}
          onChange={(value) => setAppearance({ singleKeys: value })}
          hint="Turn them off if speech or a switch presses keys for you."
        />
        <div>
          <Button onPress={openHelp}>All shortcuts</Button>
        </div>
      </div>
    </section>
  );
}

function LimitsSection({ session: { limits, version } }: { session: Session }) {
  return (
    <section className={css.section}>
      <h2>Limits</h2>
      <FactList
        rows={[
          ['Pictures in a request', String(limits.prompts)],
          ['LoRAs in a request', String(limits.loras)],
          ['Requests that may wait', String(limits.waiting)],
          [
            'Requests in a minute',
            limits.requests_per_minute === null ? 'any number' : String(limits.requests_per_minute),
          ],
          ['Largest request', `${limits.body_mb} MB`],
          [
            'Pictures are kept',
            limits.retention_hours === null ? 'until they are deleted' : `${limits.retention_hours} hours`,
          ],
          ['Darkroom', version],
        ]}
      />
    </section>
  );
}

const scopeTexts: Readonly<Record<Session['scope'], string>> = {
  read: 'looks at its own pictures',
  write: 'renders, and sees its own pictures',
  admin: 'sees and does everything',
};

function SessionSection({ session }: { session: Session }) {
  const queries = useQueryClient();
  const leave = async () => {
    await signOut();
    queries.clear();
    location.assign('/');
  };
  return (
    <section className={css.section}>
      <h2>Session</h2>
      {session.open ? (
        <p className={css.note}>
          This server has no keys: it answers this machine only, and everybody on it may do everything. The
          first key closes it.
        </p>
      ) : (
        <>
          <FactList
            rows={[
              ['Key', session.key_id],
              ['May', `${session.scope}: ${scopeTexts[session.scope]}`],
              ['Ends', session.expires_at === null ? null : new Date(session.expires_at).toLocaleString()],
            ]}
          />
          <div>
            <Button onPress={() => void leave()}>Sign out</Button>
          </div>
        </>
      )}
    </section>
  );
}
