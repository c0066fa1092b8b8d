/** Proves in a real browser that the page which the built program prints works as the one from source: the build rewrites the script in it. */
import { expect } from "chai";
import { Browser } from "../../hack/browser.ts";
import { openStage } from "../support/command-line.ts";
import { runProgram } from "../support/program.ts";
import { INVENTED } from "../support/report-lists.ts";
import { countTold, openFile, seenRows } from "../support/report-page.ts";

const API = "/apis/securitybaseline.dev/v1alpha1";
const listed = (items: readonly unknown[] = []) => ({ json: { metadata: {}, items } });

describe("the page that the built program prints", () => {
  it("opens without a complaint, and filters", async () => {
    await using stage = await openStage({
      "GET /api/v1/namespaces": listed(INVENTED.namespaces),
      [`GET ${API}/securitybaselines`]: listed(INVENTED.baselines),
      [`GET ${API}/clustersecuritybaselines`]: listed(),
      [`GET ${API}/breakglassrequests`]: listed(INVENTED.requests),
      [`GET ${API}/namespaces/securitybaseline-breakglass/breakglassauditentries`]: listed(),
    });
    const { code, stdout } = await runProgram(["report", "-A", "-o", "html", "--kubeconfig", stage.kubeconfig]);
    expect(code).to.equal(0);

    await using browser = await Browser.start();
    const page = await openFile(browser, stdout);
    expect(await countTold(page)).to.equal("All 27 rows");
    await page.click("#filter-text");
    await page.type("bob-admin");
    expect(await seenRows(page, "findings", 2)).to.deep.equal(["bob-admin RoleBinding"]);
    const complaints = page.events.filter(({ method }) => method === "Log.entryAdded" || method === "Runtime.exceptionThrown");
    expect(complaints).to.deep.equal([]);
  });
});
