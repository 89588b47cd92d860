using System.Net;
using System.Net.Sockets;
using EmptyNumber.AppHost.LocalEngine.Processes;
using EmptyNumber.TestSupport;

namespace EmptyNumber.AppHost.Tests;

public sealed class EngineTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_project_starts_when_what_it_waits_for_is_healthy_and_stops_before_it()
    {
        await using var launcher = Launcher.Start("pair", _folder.Root);
        var beta = await launcher.SeeRunningAsync("beta");
        (await launcher.Http.GetStringAsync(beta.Url + "/healthy-at-start")).ShouldBe("true");

        launcher.Signal(Signal.Terminate);

        (await launcher.ExitCodeAsync()).ShouldBe(0);
        launcher.LogOf("beta").ShouldContain("Healthy at stop: True");
        launcher.Statuses().ShouldAllBe(status => status.State == "stopped" && status.Pid == null);
        Alive.In(_folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_replica_has_an_address_of_its_own_and_those_who_refer_to_it_know_all_of_them()
    {
        await using var launcher = Launcher.Start("pair", _folder.Root);
        var beta = await launcher.SeeRunningAsync("beta");
        var first = await launcher.SeeRunningAsync("alpha", 0);
        var second = await launcher.SeeRunningAsync("alpha", 1);

        var environment = (await launcher.EnvironmentOfAsync(beta))!;

        first.Url.ShouldNotBe(second.Url);
        environment["services__alpha__http__0"].ShouldBe(first.Url);
        environment["services__alpha__http__1"].ShouldBe(second.Url);
        environment.ShouldNotContainKey("services__alpha__http__2");
        environment["Gateway__Key"].ShouldBe("a secret");
        environment["OTEL_SERVICE_NAME"].ShouldBe("beta");
    }

    [Fact]
    public async Task Telemetry_settings_reach_the_projects_and_connection_strings_of_the_launcher_do_not()
    {
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318",
            ["ConnectionStrings__accountsdb"] = "not for everybody",
            ["ConnectionStrings__redis"] = "127.0.0.1:6379",
        };
        await using var launcher = Launcher.Start("existing", _folder.Root, environment);

        var seen = (await launcher.EnvironmentOfAsync(await launcher.SeeRunningAsync("alpha")))!;

        seen["OTEL_EXPORTER_OTLP_ENDPOINT"].ShouldBe("http://127.0.0.1:4318");
        seen["ConnectionStrings__redis"].ShouldBe("127.0.0.1:6379");
        seen.ShouldNotContainKey("ConnectionStrings__accountsdb");
    }

    [Fact]
    public async Task What_crashes_is_started_again_at_the_same_address()
    {
        await using var launcher = Launcher.Start("pair", _folder.Root);
        await launcher.SeeRunningAsync("beta");
        var before = await launcher.SeeRunningAsync("alpha", 1);

        Signals.Send(before.Pid!.Value, Signal.Kill);

        var after = await launcher.SeeAsync("alpha", 1, status => status is { State: "running", Restarts: 1 });
        after.Pid.ShouldNotBe(before.Pid);
        after.Url.ShouldBe(before.Url);
        (await launcher.Http.GetAsync(after.Url + "/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_crashes_again_and_again_ends_the_application_with_its_last_words()
    {
        await using var launcher = Launcher.Start("crash", _folder.Root);

        (await launcher.ExitCodeAsync()).ShouldBe(1);

        launcher.Output.ShouldContain("alpha was given up after 5 crashes in a row. It ended with code 3.\n    The service gives up the ghost.");
    }

    [Fact]
    public async Task A_step_that_succeeds_lets_go_on_those_who_wait_for_it()
    {
        await using var launcher = Launcher.Start("step", _folder.Root, "--Code=0");

        await launcher.SeeRunningAsync("alpha");

        (await launcher.SeeAsync("step", 0, status => status.State == "finished")).Pid.ShouldBeNull();
    }

    [Fact]
    public async Task A_step_that_fails_ends_the_application_with_its_output()
    {
        await using var launcher = Launcher.Start("step", _folder.Root, "--Code=4");

        (await launcher.ExitCodeAsync()).ShouldBe(1);

        launcher.Output.ShouldContain("step ended with code 4, 0 was expected.\n    The step ends with 4.");
        launcher.Statuses().Single(status => status.Name == "alpha").State.ShouldBe("waiting");
    }

    [Fact]
    public async Task A_port_in_use_is_said_so()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using var launcher = Launcher.Start("pair", _folder.Root, $"--Port={port}");

        (await launcher.ExitCodeAsync()).ShouldBe(1);

        launcher.Output.ShouldBe($"Port {port} is in use by another program. Stop that one, or choose another port.");
    }

    [Fact]
    public async Task A_second_launcher_on_a_folder_is_refused()
    {
        await using var first = Launcher.Start("pair", _folder.Root);
        await first.SeeRunningAsync("beta");
        await using var second = Launcher.Start("pair", _folder.Root);

        (await second.ExitCodeAsync()).ShouldBe(1);

        second.Output.ShouldContain($"The data folder {_folder.Root} is in use by another launcher.");
        (await first.Http.GetAsync((await first.SeeRunningAsync("beta")).Url + "/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_refused()
    {
        await File.WriteAllTextAsync(_folder["file"], "");
        await using var launcher = Launcher.Start("pair", _folder["file"]);

        (await launcher.ExitCodeAsync()).ShouldBe(1);

        launcher.Output.ShouldStartWith($"The data folder {_folder["file"]} can't be used: ");
        launcher.Output.ShouldNotContain(" at ");
    }

    [Fact]
    public async Task The_screen_shows_warnings_and_the_log_file_everything()
    {
        await using var launcher = Launcher.Start("pair", _folder.Root);
        var beta = await launcher.SeeRunningAsync("beta");

        await launcher.Http.GetAsync(beta.Url + "/warn");

        await Eventually.Async(
            () => Task.FromResult(launcher.Output.Contains("[beta] warn: Program[0] A warning of two lines", StringComparison.Ordinal)),
            () => launcher.Output);
        launcher.Output.ShouldNotContain("info: ");
        launcher.LogOf("beta").ShouldContain("info: Microsoft.Hosting.Lifetime");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_hang_up_an_interrupt_and_a_request_to_end_stop_it_in_order(int signal)
    {
        await using var launcher = Launcher.Start("pair", _folder.Root);
        await launcher.SeeRunningAsync("beta");

        launcher.Signal((Signal)signal);

        (await launcher.ExitCodeAsync()).ShouldBe(0);
        launcher.LogOf("beta").ShouldContain("Healthy at stop: True");
        Alive.In(_folder.Root).ShouldBeEmpty();
    }
}
