"""Lectures whose answers are full of formulas, Markdown, code, and other writings."""

import lectures
from lectures import answer, jpeg, lecture, slide

MATHS = [
    answer("Maximum likelihood for \\(\\mathcal{N}(\\mu, \\sigma^2)\\)",
           ["The likelihood of \\(n\\) independent observations \\(x_1, \\dots, x_n\\) is a product, so its logarithm is a sum: "
            "\\[ \\ell(\\mu, \\sigma^2) = -\\frac{n}{2}\\log(2\\pi\\sigma^2) - \\frac{1}{2\\sigma^2}\\sum_{i=1}^{n}(x_i - \\mu)^2. \\]",
            "Setting $\\partial \\ell / \\partial \\mu = 0$ gives the sample mean $\\hat{\\mu} = \\bar{x}$; it costs $5 to run and $10 to buy."],
           ["The estimator \\(\\hat\\sigma^2 = \\frac{1}{n}\\sum_i (x_i - \\bar x)^2\\) is biased.",
            "\\(\\sqrt[3]{x}\\), \\(x^{2^n}\\), \\(\\binom{n}{k}\\) and \\(\\lim_{n\\to\\infty} a_n\\) stand in a line.",
            "Not understood: \\(a + \\unknowncommand{b}\\) and \\(\\sqrt{a\\)."],
           "Leads to \\(\\operatorname{KL}(p \\,\\|\\, q) = \\int p(x) \\log \\frac{p(x)}{q(x)}\\,dx\\).",
           "Maximising \\(\\ell\\) is minimising squares.",
           [("What is \\(\\hat\\mu\\)?", "\\(\\bar x = \\frac{1}{n}\\sum_{i=1}^n x_i\\)")]),
    answer("Matrices and cases",
           ["A rotation in the plane:\n$$\nR(\\theta) = \\begin{pmatrix} \\cos\\theta & -\\sin\\theta \\\\ \\sin\\theta & \\cos\\theta \\end{pmatrix}\n$$\n"
            "and the absolute value\n\\begin{align}\n|x| &= \\begin{cases} x & \\text{if } x \\ge 0 \\\\ -x & \\text{otherwise} \\end{cases} \\\\\n"
            "|xy| &= |x|\\,|y|\n\\end{align}",
            "Eigenvalues solve \\(\\det(A - \\lambda I) = 0\\), bare: \\lambda_1 \\geq \\lambda_2."],
           ["\\(\\nabla \\times \\vec{E} = -\\frac{\\partial \\vec{B}}{\\partial t}\\)", "\\(\\forall \\varepsilon > 0\\ \\exists \\delta > 0\\)"],
           "", "\\(A\\vec{v} = \\lambda\\vec{v}\\)", []),
]

MARKDOWN = [
    answer("**Sorting** in `O(n log n)`",
           ["## How it works\n\nMerge sort is *stable* and **never** slower than `n log n`:\n\n1. Split the array\n2. Sort both halves:\n"
            "   - the left one\n   - the right one\n3. Merge\n\n> Divide and conquer is older than computers.",
            "```python\ndef sort(a):\n\tif len(a) < 2:  # nothing to do\n\t\treturn a\n\tm = len(a) // 2\n\treturn merge(sort(a[:m]), sort(a[m:]))\n```\n"
            "The code is recursive; `snake_case_names`, 2 * 3 * 4 and *p = **q stay as they are.",
            "| Algorithm | Best | Worst | Remarks |\n|---|---|---|---|\n| Merge sort | $n \\log n$ | $n \\log n$ | stable, needs **space** |\n"
            "| Quicksort | $n \\log n$ | $n^2$ | in place; `pivot` matters, and much text in a cell must not make the table wider than the page |\n"
            "\n| A | B |\n|:-:|---|\n| 1 | `a|b` |\n\nText below a table.",
            "3. a list may begin with three\n4. and go on", "5. in another paragraph", "1. and begin anew"],
           ["**Stable:** equal keys keep their order", "- a bullet that slipped in", "Windows paths such as C:\\Users\\me and escapes like \\n are code"],
           "See ***both***, and ~~~nothing~~~.", "Use **merge sort** when order matters.",
           [("Why is `merge` $O(n)$?", "Each element is *moved once*.")]),
]

ARABIC = [
    answer("الانحدار التدرّجي (Gradient Descent)",
           ["نُحدِّث الأوزان \\(w\\) وفق القاعدة:\n\\[ w_{t+1} = w_t - \\eta \\nabla L(w_t) \\]\nحيث \\(\\eta\\) معدل التعلّم، وقيمته الشائعة 0.01 في PyTorch و C++ معًا.",
            "**مهم:** استعمل الدالة `optimizer.step()` بعد `loss.backward()`، ثم صفّر التدرّجات.\n\n"
            "```python\nfor x, y in data:  # كل دفعة\n    loss = f(x, y)\n    loss.backward()\n```",
            "1. احسب الخسارة\n2. احسب التدرّج\n   - طبقة طبقة\n3. حدّث الأوزان",
            "| الطريقة | السرعة | ملاحظة |\n|---|---|---|\n| SGD | \\(O(n)\\) | بسيطة |\n| Adam | سريعة | تحتاج ذاكرة (2x) |"],
           ["الخسارة هي \\(L = \\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2\\).", "حجم الدفعة (batch size) = 32 عادةً."],
           "يمهّد لدرس Adam.", "نسير عكس التدرّج بخطوات صغيرة.", [("ما هو \\(\\eta\\)؟", "معدل التعلّم.")]),
]

HEBREW = [
    answer("למידה עמוקה (Deep Learning)",
           ["רשת עם \\(n\\) שכבות מחשבת \\(f(x) = \\sigma(Wx + b)\\). ב-PyTorch קוראים לה nn.Module, והיא תומכת ב-GPU (CUDA 12).",
            "*חשוב*: הפונקציה `forward()` מחזירה `y`, ראו גם النموذج بالعربية.",
            "```c\nint main(void) { return 0; } // סוף\n```"],
           ["הנגזרת היא \\(\\frac{dL}{dw}\\).", "קצב למידה של 0.001 הוא נפוץ, לפי Kingma & Ba (2015)."],
           "", "רשתות לומדות מדוגמאות.", [("מהו \\(\\sigma\\)?", "פונקציית אקטיבציה.")]),
]

CHINESE = [
    answer("反向传播算法(Backpropagation)",
           ["反向传播利用**链式法则**计算梯度:\n\\[ \\frac{\\partial L}{\\partial w} = \\frac{\\partial L}{\\partial y}\\cdot\\frac{\\partial y}{\\partial w} \\]\n"
            "其中 \\(L\\) 是损失函数,“学习率”通常取 0.01……它由 Rumelhart 等人于1986年提出。",
            "1. 前向计算\n2. 计算损失\n3. 反向传播\n\n使用`loss.backward()`即可;日本語の「誤差逆伝播法」も同じ。"],
           ["*链式法则*是核心。", "时间复杂度为\\(O(n)\\)。"], "为卷积神经网络(CNN)打下基础。", "误差从输出层传回输入层。",
           [("什么是\\(\\eta\\)?", "学习率。")]),
]

JAPANESE = [
    answer("誤差逆伝播法", ["**連鎖律**を用いて勾配を計算する。「学習率」は \\(\\eta = 0.01\\) がよく使われる……と言われる。\n\n- 順伝播\n- 逆伝播\n\n"
                            "```\nloss.backward()  # 勾配\n```"],
           ["損失は \\(L = \\sum_i (y_i - t_i)^2\\) である。"], "次はCNNを扱う。", "誤差を出力から入力へ伝える。", [])]


def rich(answers, language, title="", **more):
    pictures = [jpeg(f"slide {n}") for n in range(1, len(answers) + 1)]
    return lecture([slide(n, picture=n, said=said) for n, said in enumerate(answers, 1)], language=language, title=title, **more), pictures


def chapters(count=150):
    """Many slides in chapters, with a glossary and steps."""
    manifest, pictures = lectures.many(count)
    manifest["slides"][0]["answer"]["anki_cards"] = []
    manifest["slides"][9].update(outcome="skipped", answer=None, code="BUILD_UP", see_slide=11, text=None)
    manifest["overview"] = {"title": "A long lecture: from \\(O(n)\\) to **NP**", "outline": [
        {"title": f"Part {k}: `f_{k}` and \\(x^{k}\\)", "slides": list(range(2 + 15 * k, min(count, 16 + 15 * k) + 1))} for k in range(count // 15)],
        "glossary": [{"term": f"Term {k}", "definition": f"What *term {k}* means: \\(t_{k}\\).", "slide": k + 1} for k in range(40)]}
    return manifest, pictures
