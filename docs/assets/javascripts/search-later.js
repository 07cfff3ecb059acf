// The theme fetches the search index and starts its worker on every page. Here both wait
// until somebody searches: half of what a page would weigh. If the theme comes to fetch
// in another way, search still works, and the test of the pages' weight says so.
{
  const { open, send } = XMLHttpRequest.prototype;
  const indexRequests = new WeakSet();

  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).endsWith("search/search_index.json")) indexRequests.add(this);
    return open.call(this, method, url, ...rest);
  };

  XMLHttpRequest.prototype.send = function (...body) {
    const query = new URLSearchParams(location.search);
    const input = document.querySelector("[data-md-component=search-query]");
    const wait = indexRequests.has(this) && input && document.activeElement !== input
      && !query.has("q") && !query.has("h");
    if (!wait) return send.apply(this, body);
    input.addEventListener("focus", () => send.apply(this, body), { once: true });
  };

  const RealWorker = window.Worker;
  window.Worker = class extends EventTarget {
    #address;
    #real;

    constructor(address) {
      super();
      this.#address = address;
    }

    postMessage(message) {
      if (!this.#real) {
        this.#real = new RealWorker(this.#address);
        this.#real.addEventListener("message", ({ data }) => {
          this.dispatchEvent(new MessageEvent("message", { data }));
        });
      }
      this.#real.postMessage(message);
    }
  };
}
