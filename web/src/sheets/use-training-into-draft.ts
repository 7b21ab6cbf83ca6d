import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { toProblem } from '../api/problem.ts';
import { detailsQuery, trainingQuery } from '../api/trainings.ts';
import { toast } from '../parts/toast.tsx';
import { draftOfTraining } from './draft-of-training.ts';
import { replaceSheetDraft } from './sheet-draft.ts';

const route = getRouteApi('/compare/new');

/** A link may bring a training: its epochs go into the builder, with what their samples were rendered with. */
export function useTrainingIntoDraft(): void {
  const { training: id } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  useEffect(() => {
    if (id === undefined) return;
    void navigate({ search: {}, replace: true });
    Promise.all([queries.fetchQuery(trainingQuery(id)), queries.fetchQuery(detailsQuery(id))]).then(
      ([training, { samples }]) =>
        replaceSheetDraft(
          draftOfTraining({ ...training, samples }),
          `The epochs of ${training.name} are in the sheet.`,
        ),
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  }, [id, navigate, queries]);
}
