import { Link } from '@tanstack/react-router';
import type { Training } from '../api/trainings.ts';
import { Empty } from '../parts/problem.tsx';
import css from './training.module.css';
import { sampleSrc } from './training-text.ts';

/** Steps go down, prompts across: what the training has learned, as it learned it. */
export function SampleTable({ training }: { training: Training }) {
  const epochs = training.epochs.filter(({ samples }) => samples.length > 0);
  const prompts = epochs[0]?.samples.map(({ prompt }) => prompt) ?? [];
  if (epochs.length === 0)
    return (
      <Empty title="No samples yet">
        <p>The first come with the first epoch.</p>
      </Empty>
    );
  return (
    <div className={css.tableFrame}>
      <table className={css.samples}>
        <thead>
          <tr>
            <th scope="col">Step</th>
            {prompts.map((prompt) => (
              <th key={prompt} scope="col">
                {prompt}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {epochs.toReversed().map((epoch) => (
            <tr key={epoch.number}>
              <th scope="row">
                <Link to="/" search={{ lora: epoch.lora, model: training.base }}>
                  {epoch.step}
                </Link>
              </th>
              {epoch.samples.map((sample) => (
                <td key={sample.index}>
                  <img
                    src={sampleSrc(sample.url)}
                    alt={`Step ${epoch.step}: ${sample.prompt}`}
                    loading="lazy"
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
