using System.Diagnostics;
using System.Text.RegularExpressions;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

[Collection("suite")]
public sealed partial class ReadmeTests(ReplicatedSuite replicated)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_tour_works_as_typed()
    {
        var commands = "exec 2>&1\n" + TourCommands().Replace("http://localhost:8000", replicated.Suite.Gateway.ToString().TrimEnd('/'));

        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", commands]) { RedirectStandardOutput = true })!;
        using var limit = new CancellationTokenSource(Limit);
        var output = await bash.StandardOutput.ReadToEndAsync(limit.Token);
        await bash.WaitForExitAsync(limit.Token);

        bash.ExitCode.ShouldBe(0, output);
        output.ShouldContain("\"is_batch\":true,\"len\":3");
        output.ShouldContain("{\"finished\":3,\"total\":3}");
        output.ShouldContain("\"number\":\"13800000002\",\"state\":2,\"carrier\":\"中国移动\"");
        output.ShouldContain("\"number\":\"18600000004\",\"state\":4,\"carrier\":\"中国联通\"");
        output.ShouldContain("\"state_text\":\"空号\"");
        output.ShouldContain("{\"status\":\"ok\"}");
        output.ShouldContain("{\"error\":\"Not Found\"}");
        output.ShouldContain("\"phonesUsed\":[\"18250794865\",\"17342060825\"]}");
        output.ShouldContain("{\"code\":200,\"data\":[{\"mobile\":\"18250794865\",\"vcode\":\"201708\",\"appname\":\"com.example.app\",\"chanlid\":\"\"}]}");
        output.ShouldContain("{\"distid\":440303,\"name\":\"罗湖区\"}");
        output.ShouldContain("\"previous\":null,\"results\":[{\"houseid\":");
        output.ShouldContain("{\"detail\":\"不正确的身份认证信息。\"}");
        output.ShouldMatch("{\"photoid\":[0-9]+,\"path\":\"/api/photos/[0-9a-f]{64}\\.png\"}");
        output.ShouldContain("\"certificated\":false,\"tel_state\":3}");
    }

    /// <summary>The commands of the README's tour, in order: its code blocks marked <c>bash</c>.</summary>
    private static string TourCommands()
    {
        var readme = File.ReadAllText(Suite.RepositoryFile("README.md"));
        var tour = readme[readme.IndexOf("## A five-minute tour", StringComparison.Ordinal)..];
        tour = tour[..tour.IndexOf("\n## ", 5, StringComparison.Ordinal)];
        var blocks = BashBlock().Matches(tour).Select(match => match.Groups[1].Value).ToArray();
        blocks.Length.ShouldBeGreaterThanOrEqualTo(5);
        return string.Join('\n', blocks);
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlock();
}
