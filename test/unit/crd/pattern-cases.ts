/** Lists ticket patterns at the edge of RE2 for lint and the API server: one that is no regular expression beside one that is. */

/** Why they differ, the pattern that is refused, and its neighbour that is accepted. */
export type PatternCase = readonly [reason: string, bad: string, good: string];

const STRUCTURE: readonly PatternCase[] = [
  ["a class without end", "INC-[0-9", "INC-[0-9]"],
  ["a group without end", "INC-(", "INC-()"],
  ["the end of no group", "INC-)", "INC-]"],
  ["an end that stands before its beginning", ")(", "()"],
  ["an end that is quoted", "(\\Q)\\E", "\\Q(\\E{,5}x{a}_é"],
  ["the last of many groups has no end", `${"(|)".repeat(84)}(x`, `${"(|)".repeat(84)}y`],
  ["the outermost of many nested groups has no end", "(".repeat(128), `${"(".repeat(128)}${")".repeat(128)}`],
  ["nothing after a backslash", "\\", "\\\\"],
];

const REPETITION: readonly PatternCase[] = [
  ["nothing to repeat", "*INC", "(?:)*INC"],
  ["nothing to repeat in a group", "(*)", "(a*)"],
  ["nothing to repeat in an alternative", "a|*", "a|b*"],
  ["a flag is nothing to repeat", "(?i)*", "(?i)a*"],
  ["a count of nothing", "{2}", "{"],
  ["repeated twice", "a**", "(a*)*"],
  ["counted twice", "a{2}{3}", "(a{2}){3}"],
  ["lazy twice", "a*??", "a*?"],
  ["possessive star", "a*+", "a*"],
  ["possessive plus", "a++", "a+?"],
  ["possessive count", "a{2}+", "a{2}?"],
  ["more than 1000 times", "a{1001}", "a{1000}"],
  ["up to more than 1000 times", "a{0,1001}", "a{,1001}"],
  ["more times than a number holds", "a{99999999999}", "a{099999999999}"],
  ["up to less than from", "a{3,2}", "a{2,3}"],
  ["counts that multiply to more than 1000", "(a{101}){10}", "(a{100}){10}"],
  ["three nested counts, one of them open", "((a{11}){10,}){10}", "((a{10}){10,}){10}"],
  ["three nested counts", "(?:(?:a{10}){10}){11}", "(?:(?:a{0}){10}){11}"],
];

const GROUPS: readonly PatternCase[] = [
  ["look-ahead", "(?=a)", "(?:a)"],
  ["negative look-ahead", "(?!a)", "(?m)a"],
  ["look-behind", "(?<=a)b", "(?-s)b"],
  ["negative look-behind", "(?<!a)", "(?<name>a)"],
  ["atomic group", "(?>a)", "(?i:a)"],
  ["comment", "(?#a)b", "(?U)b"],
  ["recursion", "(?R)", "(R)"],
  ["a name without end", "(?P<name", "(?P<name>a)"],
  ["no name", "(?P<>a)", "(?<1>a)"],
  ["a name that is no word", "(?<é>a)", "(?<a_1>a)"],
  ["a name of another language's form", "(?'name'a)", "(?P<name>a)"],
  ["a name that stands twice is no error", "(?<n>a)(?P<n>b)(?<n>c", "(?<n>a)(?P<n>b)(?<n>c)"],
  ["a name in a class is none", "[(?<n>-)]", "[(?<n>-a]"],
  ["back-reference", "(a)\\1", "(a)\\01"],
  ["back-reference by name", "(?P=name)", "(?P<name>a)"],
  ["back-reference by name, another form", "(?<n>a)\\k<n>", "(?<n>a)k<n>"],
  ["an unknown flag", "(?x)a", "(?i)a"],
  ["an unknown flag beside known ones", "(?ix)a", "(?is-mU:a)"],
  ["nothing after the minus", "(?i-)a", "(?i-s:a)"],
  ["two minuses", "(?i-s-m)a", "(?i-sm)a"],
];

const ESCAPES: readonly PatternCase[] = [
  ["a digit that is not octal", "\\8", "\\x{10FFFF}"],
  ["a character beyond Unicode", "\\x{110000}", "\\x{0000000041}"],
  ["an empty number", "\\x{}", "\\x{0}"],
  ["half a number", "\\x4", "\\x41"],
  ["a letter that means nothing", "\\y", "\\z"],
  ["one byte", "\\C", "\\b"],
  ["another end of text", "\\Z", "\\A^*$"],
  ["the end of the last match", "\\G", "\\B"],
  ["the number of a character in JavaScript", "\\u0041", "\\x41"],
  ["escape", "\\e", "\\a\\f\\v"],
  ["a letter beyond ASCII", "\\é", "é"],
  ["half a surrogate pair, which arrives as U+FFFD", "\\\ud800", "\ud800"],
];

const CLASSES: readonly PatternCase[] = [
  ["a range that runs backwards", "[z-a]", "[a-z]"],
  ["a class of nothing", "[]", "[]]"],
  ["a named class without end of the class", "[[:alpha:]", "[[:alpha:]]"],
  ["an unknown name", "[[:foo:]]", "[[:word:]]"],
  ["the case of a name counts", "[[:WORD:]]", "[[:^word:]]"],
  ["a collating element is a range here", "[[.z-a.]]", "[[.a.]]"],
  ["a count behind what looks like a named class", "[:alpha:]-z]{2000}", "[[:alpha:]-Z]"],
  ["a range up to a class", "[a-\\d]", "[\\d-a]"],
  ["a word boundary in a class", "[\\b]", "[\\t]"],
  ["quoting in a class", "[\\Qa\\E]", "\\Q[a"],
  ["a back-reference in a class", "[\\1]", "[\\d\\-\\pN]"],
  ["a class that ends in a backslash", "[a\\", "[^]a[:alpha:]_-]"],
  ["many escapes and no end", "[\\111".padEnd(255, "\\111"), `${"[\\111".padEnd(241, "\\111")}]`],
];

const UNICODE: readonly PatternCase[] = [
  ["a letter that is no class", "\\pé", "\\pL\\p{Greek}"],
  ["a letter that names no class", "\\pX", "\\pl"],
  ["no name", "\\p{}", "\\p{Any}"],
  ["an unknown name", "\\p{Nope}", "\\p{Letter}"],
  ["a name of another language's form", "\\p{Script=Greek}", "\\p{ gr_e-ek}"],
  ["a name without end", "\\p{L", "\\\\p{L"],
  ["a quote that ends where a name seems to be", "\\Q\\p{\\E}(", "\\Q\\p{\\E}()"],
  ["a count where a name seems to be, behind an escaped backslash", "\\\\p{2}*", "\\\\p{ 2}*"],
  ["negated twice in one place", "\\p{^^L}", "\\P{^Lowercase_Letter}"],
  ["in a class", "[\\p{Nope}]", "[^\\p{ASCII}\\PN]"],
];

export const PATTERN_CASES: readonly PatternCase[] = [...STRUCTURE, ...REPETITION, ...GROUPS, ...ESCAPES, ...CLASSES, ...UNICODE];
