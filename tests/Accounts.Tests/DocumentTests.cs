using EmptyNumber.TestSupport;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class DocumentTests(AccountsServers servers)
{
    [Fact]
    public async Task The_document_names_every_operation_and_hides_what_is_internal()
    {
        await using var suite = await AccountsSuite.StartAsync(servers);
        var document = await suite.Anybody.GetJsonAsync("/docs/accounts.json");
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value)))
            .ToList();
        operations.Select(operation => operation.Name).Order(StringComparer.Ordinal).ShouldBe(Operations.All.Select(operation => operation.ToString()).Order(StringComparer.Ordinal));
        foreach (var (name, operation) in operations)
        {
            operation.GetProperty("operationId").GetString().ShouldNotBeNullOrEmpty(name);
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty(name);
            operation.GetProperty("tags").GetArrayLength().ShouldBe(1, name);
            operation.GetProperty("responses").EnumerateObject().Count(response => response.Name is ['2', ..]).ShouldBe(1, name);
        }
    }
}
