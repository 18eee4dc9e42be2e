/**
 * Addresses of the page: a path and a query, both in the address bar, so that a link opens the same view again.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";

/** Where the page is. */
export interface Route {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The address of a view; empty values are left out. */
export function hrefOf(
  path: string,
  query: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  const text = new URLSearchParams(given).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Goes to another view of the page; `replace` leaves no step in the history of the browser. */
export function goTo(href: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The present route; the component is drawn anew when it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(presentRoute);
  useEffect(() => {
    const update = () => setRoute(presentRoute());
    addEventListener("popstate", update);
    return () => removeEventListener("popstate", update);
  }, []);
  return route;
}

/** Lets plain clicks on links of the page change the view without loading the page again. */
export function followLinks(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = (event.target as Element).closest("a");
    if (link === null || link.target !== "" || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.pathname.startsWith("/api/") || link.hash !== "") return;
    event.preventDefault();
    goTo(link.pathname + link.search);
  });
}

function presentRoute(): Route {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}
