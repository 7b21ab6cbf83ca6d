import { CircleAlert, RotateCw } from 'lucide-react';
import type { ApiProblem } from '../api/problem.ts';
import { Button } from './button.tsx';
import css from './problem.module.css';

/** What went wrong, what to do about it, and what to tell an operator. */
export function Problem({ problem, onRetry }: { problem: ApiProblem; onRetry?: () => void }) {
  return (
    <div className={css.problem} role="alert">
      <CircleAlert size={16} aria-hidden />
      <div className={css.text}>
        <p>{problem.message}</p>
        <p className={css.code}>
          {problem.code}
          {problem.requestId && ` · ${problem.requestId}`}
        </p>
      </div>
      {onRetry && (
        <Button look="plain" onPress={onRetry}>
          <RotateCw size={14} aria-hidden />
          Try again
        </Button>
      )}
    </div>
  );
}

/** A screen that has nothing to show yet. */
export function Empty({ title, children }: { title: string; children?: React.ReactNode }) {
  return (
    <div className={css.empty}>
      <h2>{title}</h2>
      <div className={css.emptyText}>{children}</div>
    </div>
  );
}
