import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { toProblem } from '../api/problem.ts';
import { detailsQuery, type Training, trainingQuery } from '../api/trainings.ts';
import { toast } from '../parts/toast.tsx';
import { changeSheetDraft, emptySheetDraft, type SheetDraft } from './sheet-draft.ts';

const route = getRouteApi('/compare/new');

type Samples = Pick<Training, 'training_id' | 'base'> & {
  samples: readonly {
    prompt: string;
    seed: number | string;
    width: number;
    height: number;
    sample_steps: number;
    guidance_scale: number;
  }[];
};

/** A link may bring a training: its epochs go into the builder, with what their samples were rendered with. */
export function useTrainingIntoDraft(): void {
  const { training: id } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  useEffect(() => {
    if (id === undefined) return;
    void navigate({ search: {}, replace: true });
    Promise.all([queries.fetchQuery(trainingQuery(id)), queries.fetchQuery(detailsQuery(id))]).then(
      ([training, { samples }]) => changeSheetDraft(draftOfTraining({ ...training, samples })),
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  }, [id, navigate, queries]);
}

/** The epochs of a training, rendered as its samples. */
export function draftOfTraining({ training_id: training, base: model, samples: all }: Samples): SheetDraft {
  const samples = [...new Map(all.map((sample) => [sample.prompt, sample])).values()];
  const [first] = samples;
  const chosen = { ...emptySheetDraft, model, training };
  if (first === undefined) return chosen;
  const seeds = new Set(samples.map(({ seed }) => seed));
  const hasOwn = samples.length > 1 && seeds.size === samples.length;
  return {
    ...chosen,
    prompts: samples.map(({ prompt }) => prompt.replaceAll(/\s*\n\s*/g, ' ')).join('\n'),
    seeds: hasOwn ? [...seeds].join(', ') : String(first.seed),
    seedForPrompt: hasOwn,
    steps: String(first.sample_steps),
    guidance: String(first.guidance_scale),
    sizes: `${first.width}x${first.height}`,
  };
}
