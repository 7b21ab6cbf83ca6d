/** A request as a program. Secrets are variables of the environment in it. */
import type { InferenceRequest } from '../api/requests.ts';

export type Language = 'curl' | 'javascript' | 'python';

export const languages: readonly { value: Language; label: string }[] = [
  { value: 'curl', label: 'curl' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'python', label: 'Python' },
];

/** A picture in a request is too long to be read; what stands in its place says what belongs there. */
const longestText = 2000;

export function snippet(language: Language, { body, url }: { body: InferenceRequest; url: string }): string {
  const json = JSON.stringify(body, shortened, 2);
  switch (language) {
    case 'curl':
      return `curl ${url}/v1/inference \\
  -H "Authorization: Bearer $DARKROOM_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '${json.replaceAll("'", String.raw`'\''`)}'`;
    case 'javascript':
      return `import { openClient } from 'darkroom/client';

const client = openClient({ url: '${url}', apiKey: process.env.DARKROOM_API_KEY });
const { request_id } = await client.submit(${json});
const { outputs } = await client.wait(request_id);
for (const { url } of [...outputs.images, ...outputs.videos]) console.log(url);`;
    case 'python':
      return `import json, os, time, urllib.request

def call(method, path, body=None):
    request = urllib.request.Request(
        "${url}" + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ.get("DARKROOM_API_KEY", "")})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)

sent = call("POST", "/v1/inference", json.loads(r'''${json.replaceAll("'''", String.raw`'\u0027'`)}'''))
result = {"status": "in_queue"}
while result["status"] in ("in_queue", "in_progress"):
    time.sleep(1)
    result = call("GET", f"/v1/requests/{sent['request_id']}/result")
for output in result["outputs"]["images"] + result["outputs"]["videos"]:
    print(output["url"])`;
  }
}

function shortened(_: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('data:') && value.length > longestText
    ? 'https://example.com/picture.png'
    : value;
}
