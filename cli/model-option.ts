import { InvalidArgumentError } from 'commander';

const providers = ['auto', 'offline', 'openai', 'anthropic', 'google', 'ollama'];

/** The value of `--model`: a provider, or `provider/model`. A name that is none is refused before anything is started. */
export function modelOption(text: string): string {
  const [provider = ''] = text.split('/');
  if (providers.includes(provider)) return text;
  throw new InvalidArgumentError(
    `There is no model provider "${provider}"; it takes ${providers.join(', ')}, or one of them with a model: openai/<model>.`,
  );
}
