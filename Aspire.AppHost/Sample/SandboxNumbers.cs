namespace EmptyNumber.AppHost.Sample;

/// <summary>
/// Numbers for the simulated carrier, which goes by their last two digits: 01 to 12 and 99 sound like that state, all others like 1.
/// </summary>
internal static class SandboxNumbers
{
    private const int InService = 1;
    private const int RoundsOfStates = 4;
    private static readonly int[] States = [.. Enumerable.Range(1, 12), 99];

    /// <summary>Prefixes of all carriers, from the national numbering plan.</summary>
    private static readonly string[] Prefixes = ["138", "139", "150", "188", "130", "155", "186", "133", "189", "177", "192"];

    /// <summary>Each state four times, the rest of them in service; all different.</summary>
    public static IReadOnlyList<string> Make(int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"{Prefixes[i % Prefixes.Length]}0000{i:00}{Ending(i):00}")];

    /// <summary>The state that a sandbox number must be found in.</summary>
    public static int ExpectedState(string number) =>
        int.Parse(number[^2..]) is var ending && States.Contains(ending) ? ending : InService;

    private static int Ending(int i) =>
        i < RoundsOfStates * States.Length ? States[i % States.Length] : i % (99 - 13) + 13;
}
