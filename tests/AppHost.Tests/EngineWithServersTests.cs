using EmptyNumber.AppHost.LocalEngine.Processes;
using Npgsql;

namespace EmptyNumber.AppHost.Tests;

public sealed class EngineWithServersTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Servers_are_started_on_private_ports_survive_crashes_and_leave_nothing_behind_when_the_launcher_is_killed()
    {
        string connectionString;
        await using (var launcher = Launcher.Start("servers", _folder.Root))
        {
            var environment = (await launcher.EnvironmentOfAsync(await launcher.SeeRunningAsync("alpha")))!;
            connectionString = environment["ConnectionStrings__thingsdb"];
            environment["ConnectionStrings__redis"].ShouldMatch(@"^127\.0\.0\.1:\d+$");
            environment["ConnectionStrings__rabbitmq"].ShouldMatch(@"^amqp://guest:guest@127\.0\.0\.1:\d+$");
            await ExecuteAsync(connectionString, "create table things (id int); insert into things values (42)");

            foreach (var server in (string[])["redis", "postgres"])
            {
                Signals.Send((await launcher.SeeRunningAsync(server)).Pid!.Value, Signal.Kill);
                await launcher.SeeAsync(server, 0, status => status is { State: "running", Restarts: 1 });
            }

            var servers = Alive.In(_folder.Root);
            servers.Count.ShouldBeGreaterThan(3);
            launcher.Signal(Signal.Kill);
            await Alive.NoneAsync(() => [.. servers.Union(Alive.In(_folder.Root))], TimeSpan.FromSeconds(20));
        }

        await using var again = Launcher.Start("servers", _folder.Root);
        var kept = (await again.EnvironmentOfAsync(await again.SeeRunningAsync("alpha")))!["ConnectionStrings__thingsdb"];
        kept.ShouldBe(connectionString);
        (await ExecuteAsync(kept, "select id from things")).ShouldBe(42);
    }

    [Fact]
    public async Task A_launcher_killed_while_servers_start_leaves_nothing_behind()
    {
        await using var launcher = Launcher.Start("servers", _folder.Root);
        await launcher.SeeAsync("rabbitmq", 0, status => status.Pid is not null);

        launcher.Signal(Signal.Kill);

        await Alive.NoneAsync(() => Alive.In(_folder.Root), TimeSpan.FromSeconds(20));
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
