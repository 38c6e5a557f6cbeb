// mathjax.js FOLDER - typesets formulas with MathJax 3: reads a JSON string a line, writes what went wrong, or "", a line
//
// FOLDER has node_modules with mathjax.  Each formula is typeset displayed and inline, with the packages that cards may
// count on (formula.h).
const path = require("path");
const packages = ["base", "ams", "boldsymbol", "cancel", "mhchem"];

function trouble(MathJax, tex, display) {
  try {
    const mathml = MathJax.tex2mml(tex, { display });
    return mathml.includes("<merror") ? mathml : "";
  } catch (error) {
    return error.message;
  }
}

async function main() {
  const MathJax = await require(path.join(path.resolve(process.argv[2]), "node_modules/mathjax")).init({
    loader: { load: ["input/tex-base", ...packages.slice(1).map((name) => `[tex]/${name}`)] },
    tex: { packages },
  });
  const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line !== "").map(JSON.parse);
  for (const tex of lines)
    console.log(JSON.stringify(trouble(MathJax, tex, true) || trouble(MathJax, tex, false)));
}

main().catch((error) => { console.error(error.message); process.exit(1); });
