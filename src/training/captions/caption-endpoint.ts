/**
 * Captions by a model that sees: an endpoint of OpenAI's chat completions, such as that of vLLM, llama.cpp or Ollama. Shape of
 * request and answer: https://platform.openai.com/docs/api-reference/chat.
 */
import sharp from 'sharp';
import { z } from 'zod';
import type { GuardedPost } from '../../security/guarded-post.ts';
import { OutboundError } from '../../security/outbound-error.ts';

/** Returns what is in a picture. Throws CaptionError, and the reason of the signal. */
export type CaptionPicture = (file: string, instruction: string, signal: AbortSignal) => Promise<string>;

/** The message says what the endpoint did. */
export class CaptionError extends Error {}

export interface CaptionEndpoint {
  /** Of the chat completions, or what stands before `/chat/completions`. */
  url: string;
  /** Name of the model there; null where it has one only. */
  model: string | null;
  key: string | null;
}

/** Pixels of the longer side, which is what models that see look at. */
const side = 1024;
const timeoutMs = 120_000;
const mostTokens = 300;
const mostAnswerBytes = 2 ** 20;

const answerSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

export function createCaptionPicture(
  { url, model, key }: CaptionEndpoint,
  post: GuardedPost,
): CaptionPicture {
  const address = /\/chat\/completions\/?$/.test(url) ? url : `${url.replace(/\/$/, '')}/chat/completions`;
  return async (file, instruction, signal) => {
    const jpeg = await sharp(file)
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 90 })
      .toBuffer();
    const picture = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
    const content = [
      { type: 'text', text: instruction },
      { type: 'image_url', image_url: { url: picture } },
    ];
    const body = {
      ...(model === null ? {} : { model }),
      messages: [{ role: 'user', content }],
      max_tokens: mostTokens,
      temperature: 0,
    };
    const answer = await post(address, {
      body: JSON.stringify(body),
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      timeoutMs,
      signal,
      answerBytes: mostAnswerBytes,
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof OutboundError ? new CaptionError(error.message) : error;
    });
    return captionOf(answer);
  };
}

function captionOf({ status, text }: Awaited<ReturnType<GuardedPost>>): string {
  if (status !== 200) throw new CaptionError(`It answered with status ${status}.`);
  const read = answerSchema.safeParse(jsonOf(text));
  const caption = (read.data?.choices[0]?.message.content ?? '').replaceAll(/\s+/g, ' ').trim();
  if (caption === '') throw new CaptionError('Its answer holds no text in choices[0].message.content.');
  return caption;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
