import { useNavigate } from '@tanstack/react-router';
import { BadgeCheck } from 'lucide-react';
import { toProblem } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import type { Training } from '../api/trainings.ts';
import { startVerification } from '../api/verifications.ts';
import { Button } from '../parts/button.tsx';
import { toast } from '../parts/toast.tsx';

/** Whether the samples of its epochs are what these render. */
export function VerifyButton({ training }: { training: Training }) {
  const mayWrite = useMay('write');
  const navigate = useNavigate();
  if (!mayWrite || training.epochs.length === 0) return null;
  const start = (): void =>
    void startVerification(training.training_id).then(
      ({ verification_id: id }) => navigate({ to: '/verify/$id', params: { id } }),
      (error: unknown) => toast(toProblem(error).message, { look: 'bad' }),
    );
  return (
    <Button onPress={start}>
      <BadgeCheck size={15} aria-hidden />
      Verify
    </Button>
  );
}
