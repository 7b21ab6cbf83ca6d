import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { modelsQuery } from '../api/models.ts';
import { detailsQuery, type Training, trainingsQuery } from '../api/trainings.ts';
import { Button } from '../parts/button.tsx';
import { SwitchField } from '../parts/choice-field.tsx';
import { FactList } from '../parts/screen.tsx';
import { Select } from '../parts/select.tsx';
import css from './details.module.css';
import { settingRows } from './training-text.ts';

/** What it was trained with, and where that differs from another training. */
export default function TrainingConfig({ training }: { training: Training }) {
  const { data } = useQuery(detailsQuery(training.training_id));
  const { data: trainings = [] } = useQuery(trainingsQuery);
  const [otherId, setOther] = useState<string | null>(null);
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const { data: otherDetails } = useQuery({ ...detailsQuery(otherId ?? ''), enabled: otherId !== null });
  const other = trainings.find(({ training_id }) => training_id === otherId);
  const rows = settingRows(data?.settings ?? {}, otherDetails?.settings ?? null).filter(
    ({ differs }) => !onlyDifferent || differs,
  );
  return (
    <div className={css.config}>
      <About training={training} />
      <div className={css.configBar}>
        <Select
          label="Difference to"
          search
          value={otherId}
          placeholder="another training"
          onChange={setOther}
          groups={[
            {
              title: null,
              choices: trainings
                .filter(({ training_id }) => training_id !== training.training_id)
                .map(({ training_id, name, steps }) => ({
                  id: training_id,
                  label: name,
                  aside: `${steps} steps`,
                })),
            },
          ]}
        />
        <CopyButton settings={data?.settings ?? {}} base={training.base} />
      </div>
      {other !== undefined && (
        <SwitchField label="Only what differs" value={onlyDifferent} onChange={setOnlyDifferent} />
      )}
      <div className={css.tableFrame}>
        <table className={css.settings}>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">{training.name}</th>
              {other !== undefined && <th scope="col">{other.name}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, value, other: theirs, differs }) => (
              <tr key={name} data-differs={differs || undefined}>
                <th scope="row">{name}</th>
                <td>{value}</td>
                {other !== undefined && <td>{theirs}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const copiedMs = 1500;

/** The settings as the body of a request, for a program or the next training. */
function CopyButton({ settings, base }: { settings: Record<string, unknown>; base: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const { save_steps: _, sample_steps: _1, ...body } = settings;
    const given = Object.entries(body).filter(([, value]) => value !== null);
    await navigator.clipboard.writeText(JSON.stringify({ base, ...Object.fromEntries(given) }, null, 2));
    setCopied(true);
    setTimeout(() => setCopied(false), copiedMs);
  };
  return (
    <Button onPress={() => void copy()}>
      {copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
      {copied ? 'Copied' : 'Copy as JSON'}
    </Button>
  );
}

function About({ training }: { training: Training }) {
  const { data: models = [] } = useQuery(modelsQuery);
  const base = models.find(({ id }) => id === training.base);
  return (
    <FactList
      rows={[
        [
          'Base model',
          base === undefined ? (
            training.base
          ) : (
            <Link key="base" to="/library/models/$id" params={{ id: base.id }}>
              {base.label}
            </Link>
          ),
        ],
        ['Trigger word', training.trigger_word],
        ['Pictures', String(training.pictures)],
        ['Trained by', training.engine === 'builtin' ? 'Darkroom' : training.engine],
        ['Model in the registry', training.model],
        ['Version', training.version],
        ['Started', training.started_at === null ? null : new Date(training.started_at).toLocaleString()],
        ['Ended', training.finished_at === null ? null : new Date(training.finished_at).toLocaleString()],
      ]}
    />
  );
}
