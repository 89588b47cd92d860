using System.Security.Cryptography;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Protection;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EmptyNumber.ServiceDefaults.Tests;

[Collection("servers")]
public sealed class ProtectionTests(DefaultsServers servers)
{
    private const string Secret = "密码 8001";

    private static readonly string WrappingKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task Replicas_that_start_at_once_on_an_empty_ring_read_what_the_others_protect()
    {
        var database = await DatabaseAsync();
        var replicas = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StartAsync(database)));

        foreach (var writer in replicas)
            foreach (var reader in replicas)
                Protector(reader).Unprotect(Protector(writer).Protect(Secret)).ShouldBe(Secret);
        (await RingAsync(database)).Count.ShouldBe(1);

        foreach (var replica in replicas)
            await replica.DisposeAsync();
    }

    [Fact]
    public async Task What_was_protected_is_read_after_a_restart()
    {
        var database = await DatabaseAsync();
        string kept;
        await using (var before = await StartAsync(database))
            kept = Protector(before).Protect(Secret);

        await using var after = await StartAsync(database);

        Protector(after).Unprotect(kept).ShouldBe(Secret);
        kept.ShouldNotContain("8001");
    }

    [Fact]
    public async Task One_service_does_not_read_what_another_protects()
    {
        var database = await DatabaseAsync();
        await using var one = await StartAsync(database, name: "one");
        await using var other = await StartAsync(database, name: "other");

        Should.Throw<CryptographicException>(() => Protector(other).Unprotect(Protector(one).Protect(Secret)));
    }

    [Fact]
    public async Task A_key_that_is_gone_is_named()
    {
        var database = await DatabaseAsync();
        await using var before = await StartAsync(database);
        var kept = Protector(before).Protect(Secret);
        await ExecuteAsync(database, "truncate data_protection_keys");

        await using var after = await StartAsync(database);

        Should.Throw<CryptographicException>(() => Protector(after).Unprotect(kept)).Message.ShouldContain("was not found in the key ring");
    }

    [Fact]
    public async Task A_configured_key_wraps_the_ring()
    {
        var database = await DatabaseAsync();
        await using var writer = await StartAsync(database, WrappingKey);
        await using var reader = await StartAsync(database, WrappingKey);

        Protector(reader).Unprotect(Protector(writer).Protect(Secret)).ShouldBe(Secret);
        (await RingAsync(database)).ShouldHaveSingleItem().ShouldStartWith("aes-256-gcm:");
    }

    [Fact]
    public async Task A_ring_in_clear_is_wrapped_once_there_is_a_key()
    {
        var database = await DatabaseAsync();
        string kept;
        await using (var before = await StartAsync(database))
            kept = Protector(before).Protect(Secret);
        (await RingAsync(database)).ShouldHaveSingleItem().ShouldStartWith("<key");

        await using var after = await StartAsync(database, WrappingKey);

        Protector(after).Unprotect(kept).ShouldBe(Secret);
        (await RingAsync(database)).ShouldHaveSingleItem().ShouldStartWith("aes-256-gcm:");
    }

    [Theory]
    [InlineData(null, "The key ring is encrypted and Protection:Key is not configured.")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Protection:Key is not the key that the key ring is encrypted with")]
    public async Task Without_the_key_that_wraps_the_ring_a_service_is_ill_and_makes_no_other(string? key, string problem)
    {
        var database = await DatabaseAsync();
        await using (var before = await StartAsync(database, WrappingKey))
            Protector(before).Protect(Secret);

        await using var after = await StartAsync(database, key);

        Should.Throw<CryptographicException>(() => Protector(after).Protect(Secret)).Message.ShouldStartWith(problem);
        (await after.GetAsync("/health").StatusAsync()).ShouldBe(503);
        (await RingAsync(database)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_key_does_not_start()
    {
        var database = await DatabaseAsync();
        (await Should.ThrowAsync<InvalidOperationException>(StartAsync(database, "secret"))).Message.ShouldBe("Protection:Key is not 32 bytes as base64.");
    }

    private static IDataProtector Protector(SmallService service) =>
        service.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private static async Task<List<string>> RingAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("select xml from data_protection_keys");
        await using var reader = await command.ExecuteReaderAsync();
        List<string> ring = [];
        while (await reader.ReadAsync())
            ring.Add(reader.GetString(0));
        return ring;
    }

    private async Task<string> DatabaseAsync()
    {
        var database = await servers.CreateDatabaseAsync("protection");
        await ExecuteAsync(database, KeyRingTable.Create);
        return database;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static Task<SmallService> StartAsync(string database, string? key = null, string name = "secrets") => Task.Run(() => SmallService.StartAsync(
        _ => { },
        builder =>
        {
            builder.AddDatabase<SecretsDb>("secretsdb");
            builder.AddProtection(name);
        },
        settings: [("ConnectionStrings:secretsdb", database), ("Protection:Key", key ?? "")]));
}

/// <summary>A database with a key ring.</summary>
public sealed class SecretsDb(DbContextOptions<SecretsDb> options) : ServiceDb(options)
{
    /// <inheritdoc />
    protected override void Configure(ModelBuilder model) => model.HasKeyRing();
}
