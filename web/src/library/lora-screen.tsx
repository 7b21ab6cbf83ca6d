import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { loraQuery } from '../api/loras.ts';
import { modelsQuery } from '../api/models.ts';
import { picturesQuery } from '../api/outputs.ts';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import { buttonClass } from '../parts/button.tsx';
import { Problem } from '../parts/problem.tsx';
import { FactList, Screen } from '../parts/screen.tsx';
import { size } from '../picture/facts.tsx';
import { Thumbnail } from '../picture/picture.tsx';
import css from './library.module.css';

const route = getRouteApi('/library/loras/$sha');
const mostExamples = 12;
const mostTags = 12;

/** What a LoRA file says of itself, what it fits, and what was made with it. */
export function LoraScreen() {
  const { sha } = route.useParams();
  const { data: lora, error, refetch } = useQuery(loraQuery(sha, null));
  const { data: models = [] } = useQuery(modelsQuery);
  const made = useInfiniteQuery(picturesQuery({ lora: sha }));
  const mayRender = useMay('write');
  if (error !== null && lora === undefined)
    return (
      <Screen title="LoRA">
        <Problem problem={toProblem(error)} onRetry={() => void refetch()} />
      </Screen>
    );
  if (lora === undefined)
    return (
      <Screen title="LoRA">
        <span />
      </Screen>
    );
  const fitting = models.filter(({ id }) => lora.fitting_models.includes(id));
  const pictures = made.data?.pages[0]?.outputs.slice(0, mostExamples) ?? [];
  // One that is here can be tried at once.
  const first = fitting.find(({ base_model_url: url }) => url === null) ?? fitting[0];
  return (
    <Screen
      title={lora.name}
      actions={
        mayRender && (
          <Link to="/" search={{ lora: lora.path, model: first?.id }} className={buttonClass('primary')}>
            Use
          </Link>
        )
      }
    >
      {lora.refused && <p className={css.refused}>{lora.refused}</p>}
      {pictures.length > 0 && (
        <ul className={css.examples} aria-label="Made with it">
          {pictures.map((picture) => (
            <li key={`${picture.request_id}${picture.index}`}>
              <Link
                to="/gallery/$request/$index"
                params={{ request: picture.request_id, index: String(picture.index) }}
              >
                <Thumbnail picture={picture} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      <FactList
        rows={[
          ['Trigger words', lora.trigger_words.join(', ')],
          ['Family', lora.families.map(({ label }) => label).join(', ')],
          [
            'Fits',
            fitting.length === 0
              ? 'none of the models here'
              : fitting.map(({ id, label }, index) => (
                  <span key={id}>
                    {index > 0 && ', '}
                    <Link to="/library/models/$id" params={{ id }} className={css.link}>
                      {label}
                    </Link>
                  </span>
                )),
          ],
          ['Rank', lora.ranks.join(', ')],
          ['Alpha', lora.alphas.join(', ')],
          ['Step', lora.step === null ? null : String(lora.step)],
          ['Form', lora.forms.join(', ')],
          ['Keys', lora.keys.join(', ')],
          ['Modules', String(lora.modules)],
          ['Values', lora.dtypes.join(', ')],
          ['Size', size(lora.bytes)],
          ['Trained for', lora.training.base],
          ['Trained with', lora.training.software],
          ['Pictures', lora.training.images === null ? null : String(lora.training.images)],
          [
            'Frequent tags',
            lora.frequent_tags
              .slice(0, mostTags)
              .map(({ tag, count }) => `${tag} (${count})`)
              .join(', '),
          ],
          ['Keys that change nothing', unknownText(lora.unknown_keys)],
          ['File', lora.path],
          [
            'SHA-256',
            <code key="sha" className={css.mono}>
              {lora.sha256}
            </code>,
          ],
        ]}
      />
      <Metadata metadata={lora.metadata} />
    </Screen>
  );
}

function unknownText(keys: readonly string[]): string {
  const more = keys.length - 3;
  return `${keys.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const longestValue = 2000;

/** What else stands in the header of the file, as it stands there. */
function Metadata({ metadata }: { metadata: Readonly<Record<string, string>> }) {
  const rows = Object.entries(metadata).sort(([a], [b]) => a.localeCompare(b));
  if (rows.length === 0) return null;
  return (
    <details className={css.metadata}>
      <summary>Metadata of the file ({rows.length})</summary>
      <FactList
        rows={rows.map(([name, value]) => [
          name,
          <code key={name} className={css.mono}>
            {value.length > longestValue ? `${value.slice(0, longestValue)}…` : value}
          </code>,
        ])}
      />
    </details>
  );
}
