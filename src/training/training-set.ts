/** A picture of a training set that has been taken in: its files are known by their hashes. */
export interface TrainingItem {
  /** What its sender calls it. */
  label: string;
  /** Of a plain PNG. */
  sha256: string;
  width: number;
  height: number;
  /** Null where the set has none. */
  caption: string | null;
  /** What the picture is to be made from, in order. */
  controls: { sha256: string; width: number; height: number }[];
}
