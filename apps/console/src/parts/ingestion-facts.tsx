import type { ComponentChildren, JSX } from 'preact';

import type { Ingestion } from '../api/types.js';
import { bytesText, countOf, countText, usdText } from '../view/format.js';

/** Counts, models, tokens, cost, and what is known of the source. */
export function IngestionFacts({ ingestion }: { readonly ingestion: Ingestion }): JSX.Element {
  const { counts, models, tokens, cost, source, location, mediaType, sizeBytes, metadata, ingestionId } = ingestion;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">What it is</h2>
      <dl class="facts">
        <Fact title="Pieces">
          {countOf(counts.parts, 'part')}, {countOf(counts.chunks, 'chunk')},{' '}
          {countOf(counts.entities, 'entity', 'entities')}, {countOf(counts.facts, 'fact')},{' '}
          {countOf(counts.mentions, 'mention')}
        </Fact>
        <Fact title="Models">
          <Models models={models} />
        </Fact>
        <Fact title="Tokens">
          <Tokens tokens={tokens} />
        </Fact>
        <Fact title="Cost">
          {usdText(cost.usd)} for {countOf(cost.calls, 'call')} of models that cost money
        </Fact>
        <Fact title="Source">
          {source ?? '–'} {location !== null && location !== '' && <code>{location}</code>}
        </Fact>
        <Fact title="Media type">
          {mediaType ?? '–'}, {bytesText(sizeBytes)}
        </Fact>
        {Object.entries(metadata).map(([name, value]) => (
          <Fact key={name} title={name}>
            {value}
          </Fact>
        ))}
        <Fact title="Ingestion">
          <code>{ingestionId}</code>
        </Fact>
      </dl>
    </section>
  );
}

function Models({ models: { extraction, embedding } }: Pick<Ingestion, 'models'>): JSX.Element {
  if (extraction.length + embedding.length === 0) return <>none</>;
  return (
    <ul class="plain">
      {extraction.map(({ model, version }) => (
        <li key={`${model} ${version}`}>
          {model}, version {version}
        </li>
      ))}
      {embedding.map(({ model, dimensions }) => (
        <li key={`${model} ${dimensions}`}>
          {model}, {countOf(dimensions, 'dimension')}
        </li>
      ))}
    </ul>
  );
}

function Tokens({ tokens }: Pick<Ingestion, 'tokens'>): JSX.Element {
  const models = Object.entries(tokens);
  if (models.length === 0) return <>none</>;
  return (
    <ul class="plain">
      {models.map(([model, { prompt, completion }]) => (
        <li key={model}>
          {model}: {countText(prompt)} in, {countText(completion)} out
        </li>
      ))}
    </ul>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
