type Environment = Record<string, string | undefined>;

/** Names whose values a Python process has no business with: whatever it loads, it cannot give them away. */
const secretName =
  /TOKEN|SECRET|PASSW(OR)?D|CREDENTIAL|API_?KEY|PRIVATE_KEY|ACCESS_KEY|^AWS_|^DATABASE_URL$|_DSN$/i;

/**
 * The environment of a Python process: ours without secrets, with buffering off, native crash traces on, and the hub cache
 * where MODEL_CACHE_DIR says. `offline` keeps every library from asking the hub for anything.
 */
export function childEnvironment(
  environment: Environment,
  { modelCache, offline }: { modelCache: string | undefined; offline: boolean },
): Environment {
  const kept = Object.entries(environment).filter(([name]) => !secretName.test(name));
  return {
    ...Object.fromEntries(kept),
    // Would take the working folder, where darkroom_engine lies, off the module path.
    PYTHONSAFEPATH: undefined,
    PYTHONUNBUFFERED: '1',
    PYTHONFAULTHANDLER: '1',
    PYTHONUTF8: '1',
    TOKENIZERS_PARALLELISM: 'false',
    HF_HUB_DISABLE_TELEMETRY: '1',
    ...(offline ? { HF_HUB_OFFLINE: '1' } : {}),
    ...(modelCache === undefined ? {} : { HF_HUB_CACHE: modelCache }),
  };
}
