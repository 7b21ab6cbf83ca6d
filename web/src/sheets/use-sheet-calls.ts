import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { toProblem } from '../api/problem.ts';
import { costsQuery, createSheet, type SheetBody } from '../api/sheets.ts';

const typingMs = 400;

/** What is typed, once nobody has typed for a moment. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values are the same, whoever made them.
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What the sheet would take, and asking for it. `body` is null as long as something is missing. */
export function useSheetCalls(body: SheetBody | null) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const settled = useSettled(body);
  const costs = useQuery({
    ...costsQuery(settled ?? { model: '', axes: [] }),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
  });
  // One key for one sheet: sent again by the network or a second press, it is one.
  const sentAs = useRef(crypto.randomUUID());
  const renew = () => {
    sentAs.current = crypto.randomUUID();
  };
  const start = useMutation({
    mutationFn: (sent: SheetBody) => createSheet(sent, sentAs.current),
    onSettled: renew,
    onSuccess: async (sheet) => {
      queries.setQueryData(['sheets', sheet.sheet_id], sheet);
      await queries.invalidateQueries({ queryKey: ['sheets', 'list'] });
      await navigate({ to: '/compare/$id', params: { id: sheet.sheet_id } });
    },
  });
  const isOld = JSON.stringify(settled) !== JSON.stringify(body);
  const error = start.error ?? (isOld ? null : costs.error);
  return {
    costs: body === null || costs.isError ? null : (costs.data ?? null),
    /** What is shown is of what stood there before. */
    isOld: isOld || costs.isPlaceholderData,
    isStarting: start.isPending,
    problem: error === null ? null : toProblem(error),
    start: () => body !== null && start.mutate(body),
    forget: start.reset,
  };
}
