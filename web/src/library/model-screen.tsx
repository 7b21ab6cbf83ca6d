import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lorasQuery } from '../api/loras.ts';
import { modelsQuery } from '../api/models.ts';
import { useMay } from '../api/session.ts';
import { buttonClass } from '../parts/button.tsx';
import { Empty } from '../parts/problem.tsx';
import { FactList, Screen } from '../parts/screen.tsx';
import css from './library.module.css';
import { stateText } from './model-state.ts';

const route = getRouteApi('/library/models/$id');

/** What a model makes, what it takes, and what it needs. */
export function ModelScreen() {
  const { id } = route.useParams();
  const { data: models, isSuccess } = useQuery(modelsQuery);
  const { data: loras = [] } = useQuery(lorasQuery(id));
  const mayRender = useMay('write');
  const model = models?.find((known) => known.id === id);
  if (model === undefined)
    return (
      <Screen title="Model">
        {isSuccess && (
          <Empty title="There is no such model here">
            <Link to="/library/models">All models</Link>
          </Empty>
        )}
      </Screen>
    );
  const { defaults, control_images: controls } = model;
  const fitting = loras.filter(({ fits }) => fits === true);
  return (
    <Screen
      title={model.label}
      actions={
        mayRender && (
          <Link to="/" search={{ model: model.id }} className={buttonClass('primary')}>
            Use
          </Link>
        )
      }
    >
      <p>{model.description}</p>
      {model.notes.length > 0 && (
        <ul className={css.notes}>
          {model.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <FactList
        rows={[
          [
            'Id',
            <code key="id" className={css.mono}>
              {model.id}
            </code>,
          ],
          ['Needs', stateText(model)],
          [
            'Base checkpoint',
            model.base_model_url === null ? (
              model.base_model
            ) : (
              <a key="base" className={css.link} href={model.base_model_url} rel="noreferrer" target="_blank">
                {model.base_model}
              </a>
            ),
          ],
          [
            'Licence',
            model.gated ? `${model.licence}: accept it on the hub, and set HF_TOKEN` : model.licence,
          ],
          ['Size', `${defaults.width} × ${defaults.height}, in multiples of ${model.resolution_divisor}`],
          ['Steps', String(defaults.sample_steps)],
          ['Guidance', model.guidance.kind === 'none' ? 'has none' : String(defaults.guidance_scale)],
          ['Frames', defaults.num_frames === null ? null : `${defaults.num_frames} at ${defaults.fps}/s`],
          [
            'Pictures to work from',
            controls.maximum === 0 ? null : `${controls.minimum} to ${controls.maximum}`,
          ],
          ['Trainable here', model.trainable ? 'yes' : 'no'],
          [
            'LoRAs that fit',
            fitting.map(({ path, name, sha256 }, index) => (
              <span key={path}>
                {index > 0 && ', '}
                {sha256 === null ? (
                  name
                ) : (
                  <Link to="/library/loras/$sha" params={{ sha: sha256 }} className={css.link}>
                    {name}
                  </Link>
                )}
              </span>
            )),
          ],
        ]}
      />
    </Screen>
  );
}
