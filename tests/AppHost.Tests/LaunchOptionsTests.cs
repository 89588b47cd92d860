namespace EmptyNumber.AppHost.Tests;

public sealed class LaunchOptionsTests
{
    [Fact]
    public void The_defaults_are_those_that_the_usage_names()
    {
        LaunchOptions.TryParse([], out var options, out _).ShouldBeTrue();

        options!.Port.ShouldBe(8000);
        options.Lines.ShouldBe(20);
        options.Pace.ShouldBe(20);
        options.Replicas.ShouldBe(1);
        options.Sample.ShouldBeTrue();
        options.Once.ShouldBeFalse();
        Path.GetFileName(options.Data).ShouldBe(".data");
        foreach (var option in (string[])["--port N", "--data DIR", "--lines N", "--pace X", "--replicas N", "--no-sample", "--once", "--verbose", "--help"])
            LaunchOptions.Usage().ShouldContain($"  {option} ");
    }

    [Fact]
    public void Every_option_is_taken()
    {
        string[] args = ["--port", "8123", "--data", "/tmp/x", "--lines", "3", "--pace", "2.5", "--replicas", "2", "--once", "--verbose"];
        LaunchOptions.TryParse(args, out var options, out _).ShouldBeTrue();

        options.ShouldBe(new LaunchOptions
        {
            Port = 8123,
            Data = "/tmp/x",
            Lines = 3,
            Pace = 2.5,
            Replicas = 2,
            Sample = true,
            Once = true,
            Verbose = true,
        });
    }

    [Fact]
    public void Port_0_is_any_free_port()
    {
        LaunchOptions.TryParse(["--port", "0"], out var options, out _).ShouldBeTrue();

        options!.Port.ShouldBeInRange(1024, 65535);
        FreePorts.IsFree(options.Port).ShouldBeTrue();
    }

    [Theory]
    [InlineData("--port", "70000")]
    [InlineData("--port", "http")]
    [InlineData("--lines", "-1")]
    [InlineData("--replicas", "0")]
    [InlineData("--pace", "0")]
    [InlineData("--pace", "NaN")]
    [InlineData("--prot", "80")]
    [InlineData("--once", "--no-sample")]
    [InlineData("--once", "--lines", "0")]
    [InlineData("--data", "")]
    [InlineData("--data", "/tmp/空")]
    public void What_makes_no_sense_is_refused(params string[] args)
    {
        LaunchOptions.TryParse(args, out var options, out var exitCode).ShouldBeFalse();

        options.ShouldBeNull();
        exitCode.ShouldBe(2);
    }

    [Fact]
    public void Help_is_no_failure()
    {
        LaunchOptions.TryParse(["--help"], out _, out var exitCode).ShouldBeFalse();

        exitCode.ShouldBe(0);
    }
}
