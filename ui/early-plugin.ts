import type { HtmlTagDescriptor, Plugin } from "vite";

/** What the small first script asks for at once; the page's HTML names it, so that both are on their way together. */
const SOON = /\/ui\/src\/begin\.ts$/;
/** The scripts that stand in the HTML. */
const FIRST = /\/ui\/src\/(?:main|sign-in-failed)\.ts$/;

interface Modules {
  readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null;
  readonly getModuleIds: () => Iterable<string>;
}

/** Lets the browser fetch what the first script will import while that script itself still comes, as one file. */
export function early(): Plugin {
  let first: ReadonlySet<string> = new Set();
  let soon: ReadonlySet<string> = new Set();
  return {
    name: "early",
    config: () => ({
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { debugName: "early", priority: 1, name: (id: string) => (first.has(id) ? "early" : null) },
                { debugName: "page", name: (id: string) => (soon.has(id) ? "page" : null) },
              ],
            },
          },
        },
      },
    }),
    buildEnd() {
      first = new Set([...reachedFrom(FIRST, this)].filter((id) => !FIRST.test(id) && !id.endsWith(".css")));
      soon = new Set([...reachedFrom(SOON, this)].filter((id) => !first.has(id)));
    },
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        if (!html.includes("<utec-gateway-page>")) return [];
        const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
        const begins = chunks.filter(
          ({ facadeModuleId, moduleIds }) => SOON.test(facadeModuleId ?? "") || moduleIds.some((id) => SOON.test(id)),
        );
        const names = new Set(begins.flatMap(({ fileName, imports }) => [fileName, ...imports]));
        return [...names]
          .filter((name) => !html.includes(name))
          .map((name): HtmlTagDescriptor => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `./${name}` },
            injectTo: "head",
          }));
      },
    },
  };
}

/** The modules that come with those whose path is like `start`, without what they load late. */
function reachedFrom(start: RegExp, modules: Modules): ReadonlySet<string> {
  const reached = new Set([...modules.getModuleIds()].filter((id) => start.test(id)));
  for (const id of reached) for (const next of modules.getModuleInfo(id)?.importedIds ?? []) reached.add(next);
  return reached;
}
