using System.CommandLine;
using System.CommandLine.Help;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace EmptyNumber.Benchmarks;

/// <summary>What <c>./bench</c> was asked for; <c>usage.txt</c> explains each.</summary>
/// <param name="Subject">What is measured.</param>
/// <param name="Only">A part of it; null for all.</param>
/// <param name="Repetitions">How often each thing is measured.</param>
/// <param name="Quick">Whether a tenth of the numbers will do.</param>
/// <param name="Corpora">Folders of recordings whose state is known; empty where they are to be made.</param>
/// <param name="CorpusTool">The program that makes such a folder.</param>
/// <param name="Seeds">How many it makes.</param>
/// <param name="Fit">Whether the confidences are to be fitted, not measured.</param>
internal sealed record BenchOptions(
    string Subject, string? Only, int Repetitions, bool Quick, IReadOnlyList<string> Corpora, string? CorpusTool, int Seeds, bool Fit)
{
    private const string ToolVariable = "EMPTYNUMBER_CORPUS_TOOL";
    private const int MisuseExitCode = 2;
    private const int MostRepetitions = 100;

    /// <summary>What is measured without the suite.</summary>
    private static readonly string[] Subjects = ["classifier", "grouping", "accuracy", "reliability"];

    /// <summary>The program that makes a folder of recordings.</summary>
    /// <exception cref="InvalidDataException">None was named.</exception>
    public string Tool => CorpusTool
        ?? throw new InvalidDataException($"Recordings are needed: name a folder with --corpus, or the program that makes one with --corpus-tool or {ToolVariable}.");

    /// <summary>The document that takes what was measured; null where it is only shown.</summary>
    public string? Document => Quick
        ? null
        : typeof(BenchOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "Accuracy").Value;

    /// <summary>A number of numbers, or the tenth of it.</summary>
    public int Size(int full) => Quick ? full / 10 : full;

    /// <summary>Whether a part is wanted.</summary>
    public bool Wants(string part) => Only is null || Only == part;

    /// <summary>Reads the command line.</summary>
    /// <returns>False when there is nothing more to do than to end with <paramref name="exitCode"/>.</returns>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out BenchOptions? options, out int exitCode)
    {
        var subject = new Argument<string>("subject").AcceptOnlyFromAmong([.. Subjects.Concat(Benchmarks.Subject.All.Select(known => known.Name))]);
        var only = new Option<string?>("--only");
        only.Validators.Add(result =>
        {
            var parts = Benchmarks.Subject.Find(result.GetValue(subject))?.Parts ?? [];
            if (result.GetValueOrDefault<string?>() is { } part && !parts.Contains(part))
                result.AddError(parts.Count == 0 ? "--only: this subject has no parts." : $"--only: one of {string.Join(", ", parts)}.");
        });
        var repetitions = NumberOption.Of("--repetitions", 5, 1, MostRepetitions);
        var quick = new Option<bool>("--quick");
        var corpora = new Option<DirectoryInfo[]>("--corpus") { DefaultValueFactory = _ => [] };
        corpora.AcceptExistingOnly();
        var tool = new Option<FileInfo>("--corpus-tool");
        tool.AcceptExistingOnly();
        var seeds = NumberOption.Of("--seeds", 2, 1, MostRepetitions);
        var fit = new Option<bool>("--fit");
        fit.Validators.Add(result =>
        {
            if (!result.Implicit && result.GetValue(subject) != "reliability")
                result.AddError("--fit: of reliability alone.");
        });
        var help = new HelpOption();
        var given = new Command("bench") { subject, only, repetitions, quick, corpora, tool, seeds, fit, help }.Parse(args);

        options = null;
        exitCode = 0;
        if (given.GetResult(help) is not null)
        {
            using var usage = new StreamReader(typeof(BenchOptions).Assembly.GetManifestResourceStream("usage.txt")!);
            Console.Out.Write(usage.ReadToEnd());
            return false;
        }

        if (given.Errors.Count > 0)
        {
            foreach (var error in given.Errors)
                Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("./bench --help lists the subjects and options.");
            exitCode = MisuseExitCode;
            return false;
        }

        var isQuick = given.GetValue(quick);
        options = new BenchOptions(
            given.GetRequiredValue(subject),
            given.GetValue(only),
            isQuick && given.GetResult(repetitions) is not { Implicit: false } ? 3 : given.GetValue(repetitions),
            isQuick,
            [.. given.GetRequiredValue(corpora).Select(folder => folder.FullName)],
            given.GetValue(tool)?.FullName ?? Environment.GetEnvironmentVariable(ToolVariable),
            given.GetValue(seeds),
            given.GetValue(fit));
        return true;
    }
}
