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

  class LaterWorker extends EventTarget {
    #start;
    #worker;

    constructor(start) {
      super();
      this.#start = start;
    }

    postMessage(message) {
      if (!this.#worker) {
        this.#worker = this.#start();
        this.#worker.addEventListener("message", ({ data }) => {
          this.dispatchEvent(new MessageEvent("message", { data }));
        });
      }
      this.#worker.postMessage(message);
    }
  }

  // Only the search's worker waits; any other is the browser's own.
  window.Worker = new Proxy(window.Worker, {
    construct(Worker, [address, ...options]) {
      const start = () => new Worker(address, ...options);
      return /\/workers\/search\./.test(String(address)) ? new LaterWorker(start) : start();
    },
  });
}
