using System.Net.Sockets;
using System.Text;
using EmptyNumber.AppHost.LocalEngine;
using EmptyNumber.AppHost.LocalEngine.Servers;
using Npgsql;

namespace EmptyNumber.AppHost.Tests;

public sealed class LocalServersTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PostgreSQL_makes_databases_and_keeps_its_address_over_a_crash()
    {
        await using var server = await LocalPostgres.StartAsync(_folder["postgres"]);
        await server.CreateDatabaseAsync("a \"quoted\" name");
        await server.CreateDatabaseAsync("a \"quoted\" name");
        var port = server.Port;

        await server.KillAsync();
        (await server.Exited).ShouldBe(128 + 9);
        await server.StartAsync();

        server.Port.ShouldBe(port);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Database = "a \"quoted\" name" });
        await using var command = source.CreateCommand("select current_database()");
        (await command.ExecuteScalarAsync()).ShouldBe("a \"quoted\" name");
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_not_made_a_database()
    {
        Directory.CreateDirectory(_folder["postgres/data"]);

        var refusal = await Should.ThrowAsync<LocalEngineException>(() => LocalPostgres.StartAsync(_folder["postgres"]));

        refusal.Message.ShouldContain("is not a PostgreSQL data folder");
    }

    [Fact]
    public async Task Redis_answers_until_it_is_stopped()
    {
        var server = await LocalRedis.StartAsync(_folder["redis"]);
        using (var client = new TcpClient("127.0.0.1", server.Port))
        {
            await client.GetStream().WriteAsync("ECHO hello\r\n"u8.ToArray());
            var answer = new byte[11];
            await client.GetStream().ReadExactlyAsync(answer);
            Encoding.ASCII.GetString(answer).ShouldBe("$5\r\nhello\r\n");
        }

        await server.StopAsync();

        (await server.Exited).ShouldBe(0);
        Should.Throw<SocketException>(() => new TcpClient("127.0.0.1", server.Port));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task RabbitMQ_keeps_its_address_over_a_crash_and_takes_its_port_mapper_along_when_it_stops()
    {
        var server = await LocalRabbitMq.StartAsync(_folder["rabbitmq"]);
        var address = server.ConnectionString;

        await server.KillAsync();
        await server.StartAsync();

        server.ConnectionString.ShouldBe(address);
        var processes = Alive.In(_folder.Root);
        await server.DisposeAsync();
        (await server.Exited).ShouldBe(0);
        await Alive.NoneAsync(() => processes, TimeSpan.FromSeconds(5));
    }
}
