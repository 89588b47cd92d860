using System.Net;
using EmptyNumber.Gateway.Peers;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.Configuration;

namespace EmptyNumber.Gateway.Tests;

public sealed class PeerTests
{
    [Fact]
    public async Task Services_learn_who_the_peer_is_from_the_gateway_alone()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend, ("TrustedNetworks", "10.0.0.0/8"));
        using var client = gateway.Outsider(token: "abc");
        foreach (var (name, value) in new[]
        {
            ("X-Forwarded-For", "10.1.1.1"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("X-FORWARDED-PREFIX", "/x"),
            ("X-Original-For", "10.1.1.1"),
            ("Forwarded", "for=10.1.1.1"), ("X-Gateway-Key", "a guess"), ("x-trusted-network", "1"), ("X-Other", "kept"),
        })
        {
            client.DefaultRequestHeaders.Add(name, value);
        }

        (await client.GetAsync("/notify").ReadAsync()).Status.ShouldBe(200);
        var headers = backend.Requests.Single().Headers;
        headers["X-Forwarded-For"].ShouldBe("127.0.0.1");
        headers["X-Forwarded-Host"].ShouldBe(gateway.Address.Authority);
        headers["X-Forwarded-Proto"].ShouldBe("http");
        headers[ForwardedIdentity.KeyHeader].ShouldBe(ServiceHost.Key);
        headers.Keys.ShouldNotContain("Forwarded");
        headers.Keys.ShouldNotContain("X-Forwarded-Prefix");
        headers.Keys.ShouldNotContain("X-Original-For");
        headers.Keys.ShouldNotContain(ForwardedIdentity.TrustedHeader);
        headers["X-Other"].ShouldBe("kept");
        headers["Authorization"].ShouldBe("Token abc");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("10.0.0.0/8, 127.0.0.1/32", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("", false)]
    public async Task A_peer_is_trusted_for_his_network(string? networks, bool trusted)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend, networks is null ? [] : [("TrustedNetworks", networks)]);
        using var client = gateway.Outsider();
        (await client.GetAsync("/notify").ReadAsync()).Status.ShouldBe(200);
        backend.Requests.Single().Headers.ContainsKey(ForwardedIdentity.TrustedHeader).ShouldBe(trusted);
    }

    [Theory]
    [InlineData("203.0.113.5", "203.0.113.5", false)]
    [InlineData("127.0.0.1, 203.0.113.5", "203.0.113.5", false)] // what the client says of himself comes first
    [InlineData("203.0.113.5, 127.0.0.2", "203.0.113.5", false)] // one proxy behind another
    [InlineData("10.1.1.1", "10.1.1.1", true)]
    [InlineData("2001:db8::7", "2001:db8::7", false)]
    [InlineData(null, "127.0.0.1", false)]
    public async Task Behind_a_trusted_proxy_the_peer_is_whom_it_names(string? named, string peer, bool trusted)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend, ("TrustedNetworks", "10.0.0.0/8"), ("TrustedProxies", "127.0.0.0/8"));
        using var proxy = gateway.Outsider();
        proxy.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        if (named is not null)
            proxy.DefaultRequestHeaders.Add("X-Forwarded-For", named);

        (await proxy.GetAsync("/notify").ReadAsync()).Status.ShouldBe(200);

        var headers = backend.Requests.Single().Headers;
        headers["X-Forwarded-For"].ShouldBe(peer);
        headers.ContainsKey(ForwardedIdentity.TrustedHeader).ShouldBe(trusted);
        headers["X-Forwarded-Proto"].ShouldBe("https");
        headers.Keys.ShouldNotContain("X-Original-For");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("203.0.113.5, nonsense")]
    [InlineData("\", 203.0.113.5")] // what a proxy makes of a client's own quotation mark
    [InlineData("1\"2, 203.0.113.5")]
    [InlineData("10.1.1.1, \", 203.0.113.5")]
    public async Task Nobody_is_taken_for_the_proxy_by_what_it_cannot_name(string named)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend, ("TrustedProxies", "127.0.0.0/8"));
        using var proxy = gateway.Outsider();
        proxy.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", named).ShouldBeTrue();

        var answer = await proxy.GetAsync("/notify").ReadAsync();

        answer.ShouldBe((400, """{"code":400,"msg":"X-Forwarded-For names no address","data":{}}"""));
        backend.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_trusted_proxies_nobody_is_believed_whatever_the_framework_is_told()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(backend, ("ForwardedHeaders_Enabled", "true"), ("TrustedNetworks", "10.0.0.0/8"));
        using var client = gateway.Outsider();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "10.1.1.1");

        (await client.GetAsync("/notify").ReadAsync()).Status.ShouldBe(200);

        var headers = backend.Requests.Single().Headers;
        headers["X-Forwarded-For"].ShouldBe("127.0.0.1");
        headers.Keys.ShouldNotContain(ForwardedIdentity.TrustedHeader);
    }

    [Fact]
    public async Task Clients_of_one_proxy_are_limited_each_by_himself()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await Gateways.StartAsync(
            backend, ("TrustedNetworks", ""), ("TrustedProxies", "127.0.0.0/8"), ("RateLimits:AddressRequestsPerSecond", "1"), ("RateLimits:BurstSeconds", "1"));

        await Eventually.Be(() => StatusAsync("203.0.113.5"), 429);

        (await StatusAsync("198.51.100.9")).ShouldBe(200);

        async Task<int> StatusAsync(string address)
        {
            using var proxy = gateway.Outsider();
            proxy.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            return (await proxy.GetAsync("/notify").ReadAsync()).Status;
        }
    }

    [Theory]
    [InlineData("127.255.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("128.0.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData(null, false)]
    public void Loopback_alone_is_trusted_by_default(string? address, bool trusted) =>
        Networks().Contains(address is null ? null : IPAddress.Parse(address)).ShouldBe(trusted);

    [Fact]
    public void The_networks_may_be_a_list()
    {
        var networks = Networks(("TrustedNetworks:0", "192.0.2.0/24"), ("TrustedNetworks:1", "2001:db8::/32"));
        networks.Contains(IPAddress.Parse("192.0.2.255")).ShouldBeTrue();
        networks.Contains(IPAddress.Parse("2001:db8::7")).ShouldBeTrue();
        networks.Contains(IPAddress.Loopback).ShouldBeFalse();
    }

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("loopback")]
    public void What_is_not_a_network_is_named(string text) =>
        Should.Throw<InvalidOperationException>(() => Networks(("TrustedNetworks", text))).Message.ShouldContain($"'{text}'");

    [Fact]
    public async Task Without_a_key_the_gateway_does_not_start()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => Gateways.StartAsync([], (ForwardedIdentity.KeySetting, "")));
        failure.Message.ShouldContain("Gateway:Key is not configured");
    }

    private static TrustedNetworks Networks(params (string Key, string Value)[] settings) => new(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build());
}
