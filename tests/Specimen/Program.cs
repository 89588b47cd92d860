using EmptyNumber.Specimen;

// One program, three parts: a launcher on the local engine, a service that it runs, and a step that ends.
switch (args)
{
    case ["launch", var scenario, .. var settings]:
        return await Scenarios.RunAsync(scenario, settings);
    case ["end", var code]:
        Console.WriteLine($"The step ends with {code}.");
        return int.Parse(code);
    case ["crash"]:
        Console.Error.WriteLine("The service gives up the ghost.");
        return 3;
    default:
        await Service.RunAsync();
        return 0;
}
