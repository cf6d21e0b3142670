import { settings } from './settings.js';

/** The text of `.env.example`: every setting with its description and default. */
export function envExample(): string {
  const lines = Object.values(settings).map(
    ({ env, default: value, description }) => `# ${description}\n${env}=${value}\n`,
  );
  return `# Printed from libs/config/settings.ts by \`npm run generate\`.\n\n${lines.join('\n')}`;
}
