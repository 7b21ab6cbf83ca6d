import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { cancelVerification, hasEnded, type Verification, verificationQuery } from '../api/verifications.ts';
import { Button, buttonClass } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { FactList, Screen } from '../parts/screen.tsx';
import { toast } from '../parts/toast.tsx';
import { Pairs } from './pairs.tsx';
import css from './verify.module.css';

const route = getRouteApi('/verify/$id');

/** A verification: the verdict first, then why, then every pair. */
export function VerifyScreen() {
  const { id } = route.useParams();
  const { data: verification, error, refetch } = useQuery(verificationQuery(id));
  if (verification === undefined)
    return (
      <Screen title="Verification">
        {error === null ? <span /> : <Problem problem={toProblem(error)} onRetry={() => void refetch()} />}
      </Screen>
    );
  return (
    <Screen wide title={titleOf(verification)} actions={<Actions verification={verification} />}>
      {hasEnded(verification) ? (
        <Ended verification={verification} />
      ) : (
        <Running verification={verification} />
      )}
    </Screen>
  );
}

const titleOf = ({ name }: Verification): string => (name === null ? 'Verifying' : `Verification of ${name}`);

function Actions({ verification }: { verification: Verification }) {
  const { verification_id: id, report_url, source } = verification;
  const mayWrite = useMay('write');
  const queries = useQueryClient();
  const cancel = (): void =>
    void cancelVerification(id).then(
      () => queries.invalidateQueries({ queryKey: ['verifications', id] }),
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  return (
    <>
      {source.training !== null && (
        <Link to="/training/$id" params={{ id: source.training }} className={buttonClass()}>
          The training
        </Link>
      )}
      {report_url !== null && (
        <a
          href={`/v1/verifications/${id}/report`}
          className={buttonClass()}
          download={`verification-${id}.html`}
        >
          <FileText size={15} aria-hidden />
          Report
        </a>
      )}
      {mayWrite && !hasEnded(verification) && (
        <Button look="danger" onPress={cancel}>
          Stop
        </Button>
      )}
    </>
  );
}

function Running({ verification: { progress } }: { verification: Verification }) {
  return (
    <div className={css.running}>
      <ProgressBar
        label="Verifying"
        fraction={progress?.fraction ?? 0}
        waits={progress === null || progress.fraction === 0}
      />
      <p className={css.note}>
        {progress === null || progress.total === 0
          ? 'It waits for its turn.'
          : `${progress.step} of ${progress.total} rendered`}
      </p>
    </div>
  );
}

function Ended({ verification }: { verification: Verification }) {
  const { verdict, bar, causes, ruled_out, notes, pairs, skipped, error, error_code } = verification;
  if (error !== null)
    return (
      <p className={css.failed} role="alert">
        {error} <code>{error_code}</code>
      </p>
    );
  return (
    <>
      <div className={css.verdict} data-verdict={verdict} role="status">
        <strong>{headline(verification)}</strong>
        {bar !== null && <p className={css.note}>A pair passes with {bar}.</p>}
      </div>
      <Lines title="Why" lines={causes.map(({ sentence }) => sentence)} />
      {verdict === 'failed' && <Lines title="Ruled out" lines={ruled_out} />}
      <Lines title="Notes" lines={notes} />
      <Pairs pairs={pairs} />
      <Lines
        title="Skipped"
        lines={skipped.map(({ step, index, reason }) =>
          [step === null ? null : `step ${step}`, index === null ? null : `prompt ${index}`]
            .filter((part) => part !== null)
            .join(', ')
            .concat(`: ${reason}`),
        )}
      />
      <FactList
        rows={[
          ['Model', verification.model],
          ['Device', verification.device],
          ['Renders', verification.renders],
          [
            'Versions',
            Object.entries(verification.versions)
              .map(([name, version]) => `${name} ${version}`)
              .join(', '),
          ],
        ]}
      />
    </>
  );
}

function headline({ verdict, pairs, status }: Verification): string {
  const passed = pairs.filter((pair) => pair.passed).length;
  switch (verdict) {
    case 'passed':
      return `Passed: ${passed} of ${pairs.length} samples are what training promised`;
    case 'failed':
      return `Failed: ${pairs.length - passed} of ${pairs.length} samples are not what training promised`;
    case 'nothing_comparable':
      return 'Nothing could be compared';
    case 'cannot_render':
      return 'It cannot be rendered here';
    case null:
      return status === 'canceled' ? 'It was stopped' : 'It has no verdict';
  }
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <section className={css.lines}>
      <h2>{title}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
