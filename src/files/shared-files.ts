/**
 * Files that processes on different machines hand to each other. Names are:
 *
 *   loras/<sha256>.safetensors   a LoRA, by the hash of its bytes
 *   inputs/<job>/<file>          a control image of a job
 */
export interface SharedFiles {
  /** Put a file of this machine there under a name. Nothing is sent when there is one already. */
  offer(name: string, file: string): Promise<void>;
  /** Write it to a new file of this machine. False when there is none; what was begun is removed when it fails. */
  fetch(name: string, target: string, signal: AbortSignal): Promise<boolean>;
  /** Everything whose name starts so. */
  list(start: string): AsyncIterable<{ name: string; changedAt: Date }>;
  remove(name: string): Promise<void>;
}
