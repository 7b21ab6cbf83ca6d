import { useState } from 'react';
import type { VerifiedPair } from '../api/verifications.ts';
import css from './verify.module.css';

const gradeWords: Record<VerifiedPair['grade'], string> = {
  identical: 'identical',
  rounding: 'rounding',
  same_picture: 'same picture',
  different: 'different',
};

/** Steps down, prompts across; one of them below with its pictures. */
export function Pairs({ pairs }: { pairs: readonly VerifiedPair[] }) {
  const worst = pairs.findIndex(({ passed }) => !passed);
  const [chosen, setChosen] = useState(Math.max(0, worst));
  const pair = pairs[chosen];
  const indexes = [...new Set(pairs.map(({ index }) => index))].sort((a, b) => a - b);
  const steps = [...new Set(pairs.map(({ step }) => step))].sort((a, b) => a - b);
  if (pair === undefined) return null;
  return (
    <>
      <div className={css.frame}>
        <table className={css.table}>
          <thead>
            <tr>
              <td />
              {indexes.map((index) => (
                <th key={index} scope="col">
                  prompt {index}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step}>
                <th scope="row">step {step}</th>
                {indexes.map((index) => {
                  const at = pairs.findIndex((one) => one.step === step && one.index === index);
                  return (
                    <td key={index}>
                      <Cell pair={pairs[at]} isChosen={at === chosen} onChoose={() => setChosen(at)} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <PairView pair={pair} />
    </>
  );
}

function Cell({
  pair,
  isChosen,
  onChoose,
}: {
  pair: VerifiedPair | undefined;
  isChosen: boolean;
  onChoose: () => void;
}) {
  if (pair === undefined) return <>–</>;
  const psnr = pair.figures?.psnr;
  return (
    <button
      type="button"
      className={css.cell}
      data-passed={pair.passed}
      aria-pressed={isChosen}
      onClick={onChoose}
    >
      {gradeWords[pair.grade]}
      {psnr != null && ` ${psnr.toFixed(1)} dB`}
    </button>
  );
}

function PairView({ pair }: { pair: VerifiedPair }) {
  const { step, index, prompt, settings, file, figures, problem, pictures } = pair;
  return (
    <section className={css.pair} aria-label={`Step ${step}, prompt ${index}`}>
      <h2>
        Step {step}, prompt {index}
      </h2>
      <p>{prompt}</p>
      <p className={css.note}>{figures === null ? problem : figuresText(figures)}</p>
      <p className={css.note}>
        {settings} · {file}
      </p>
      {pictures !== null && (
        <div className={css.pictures}>
          <Shown what="Theirs" source={pictures.theirs} prompt={prompt} />
          <Shown what="Ours" source={pictures.ours} prompt={prompt} />
          {pictures.difference !== null && (
            <Shown what="Difference ×8" source={pictures.difference} prompt={prompt} />
          )}
        </div>
      )}
    </section>
  );
}

const figuresText = ({ psnr, ssim, largest, share }: NonNullable<VerifiedPair['figures']>): string =>
  psnr === null
    ? 'Equal pixels'
    : `PSNR ${psnr.toFixed(1)} dB · SSIM ${ssim.toFixed(3)} · largest difference ${largest} · ${(share * 100).toFixed(1)} % off by more than 2`;

/** By its path: the page and the server may be behind a proxy under other names. */
function Shown({ what, source, prompt }: { what: string; source: string; prompt: string }) {
  return (
    <figure>
      <img src={new URL(source).pathname} alt={`${what}: ${prompt}`} loading="lazy" />
      <figcaption>{what}</figcaption>
    </figure>
  );
}
