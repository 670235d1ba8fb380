import { InvalidArgumentError } from 'commander';

import { askableProviders } from '../contracts/team';

/** The value of `--model`: a provider, or `provider/model`. A name that is none is refused before anything is started. */
export function modelOption(text: string): string {
  const [provider = ''] = text.split('/');
  if (askableProviders.some((known) => known === provider)) return text;
  throw new InvalidArgumentError(
    `There is no model provider "${provider}"; it takes ${askableProviders.join(', ')}, or one of them with a model: openai/<model>.`,
  );
}
